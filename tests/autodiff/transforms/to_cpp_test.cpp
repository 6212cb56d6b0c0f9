#include <descent/autodiff/transforms/to_cpp.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;

namespace {

using Numbers = std::vector<double>;
using Leaves = std::vector<Tensor>;

/// What the written function gives: the cost, then all slopes. It is compiled with a main that holds the arguments.
Numbers run_written(const std::string& source, std::string_view name, const Leaves& at) {
  const test::Folder folder;
  std::ostringstream program;
  program.precision(17);
  program << source << "\n#include <cstdio>\nint main() {\n";
  std::string call;
  for (std::size_t i = 0; i < at.size(); ++i) {
    program << "  static const double a" << i << "[] = {";
    for (const double x : at[i].to_vector<double>()) program << x << ", ";
    program << "};\n  static double d" << i << "[" << at[i].numel() << "];\n";
    call += (i == 0 ? "a" : ", a") + std::to_string(i);
  }
  for (std::size_t i = 0; i < at.size(); ++i) call += ", d" + std::to_string(i);
  program << "  std::printf(\"%.17g\\n\", " << name << "(" << call << "));\n";
  for (std::size_t i = 0; i < at.size(); ++i) program << "  for (double x : d" << i << ") std::printf(\"%.17g\\n\", x);\n";
  program << "}\n";
  const std::string file = folder / "written.cpp", binary = folder / "written", output = folder / "output";
  std::ofstream(file) << program.str();
  std::ostringstream command;
  command << DESCENT_CXX << " -std=c++17 -O1 -Wall -Wextra -Werror -o " << binary << ' ' << file << " && " << binary << " > " << output;
  REQUIRE(std::system(command.str().c_str()) == 0);
  std::ifstream lines(output);
  Numbers numbers;
  for (double x = 0; lines >> x;) numbers.push_back(x);
  return numbers;
}

template <class F, class A> void check_written(const F& cost, const A& at) {
  const std::string source = to_cpp(cost, at, "cost");
  const auto [value, slopes] = value_and_grad(cost)(at);
  Numbers wanted = {value.template item<double>()};
  for (const Tensor& slope : tree::leaves(slopes))
    for (const double x : slope.template to_vector<double>()) wanted.push_back(x);
  const Numbers got = run_written(source, "cost", tree::leaves(at, tree::trainable));
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(1e-12).margin(1e-13));
}

Tensor numbers(const Shape& shape, double from) { return reshape(sin(from + 1.7 * arange(shape.numel(), f64)), shape); }

struct Mlp {
  Tensor w1, b1, w2, b2;
};

}  // namespace

TEST_CASE("to_cpp: a small network and its cross entropy") {
  const Tensor x = numbers({6, 3}, 0.3), labels = tensor({0, 2, 1, 1, 0, 2}, i64);
  const auto cost = [&](const Mlp& m) {
    const Tensor logits = matmul(tanh(matmul(x, m.w1) + m.b1), m.w2) + m.b2;
    return -mean(take_along_axis(log_softmax(logits), reshape(labels, {6, 1}), 1));
  };
  check_written(cost, Mlp{numbers({3, 5}, 1), numbers({5}, 2), numbers({5, 3}, 3), numbers({3}, 4)});
}

TEST_CASE("to_cpp: bundle adjustment's projection") {
  // Snavely's camera: a rotation as an axis times an angle, a translation, a focal length, two of radial distortion.
  const Tensor seen = numbers({2}, 5);
  const auto cost = [&](const std::array<Tensor, 2>& at) {
    const auto& [camera, point] = at;
    const auto part = [](const Tensor& from, Index first, Index last) { return slice(from, {Slice{first, last}}); };
    const Tensor axis = part(camera, 0, 3), angle = sqrt(sum(square(axis))), k = axis / angle;
    const auto at_place = [](const Tensor& v, Index i) { return slice(v, {i}); };
    const Tensor crossed = stack({at_place(k, 1) * at_place(point, 2) - at_place(k, 2) * at_place(point, 1),
                                  at_place(k, 2) * at_place(point, 0) - at_place(k, 0) * at_place(point, 2),
                                  at_place(k, 0) * at_place(point, 1) - at_place(k, 1) * at_place(point, 0)});
    const Tensor turned = cos(angle) * point + sin(angle) * crossed + (1.0 - cos(angle)) * sum(k * point) * k;
    const Tensor moved = turned + part(camera, 3, 6);
    const Tensor p = -part(moved, 0, 2) / part(moved, 2, 3);
    const Tensor r2 = sum(square(p));
    const Tensor distortion = 1.0 + r2 * (at_place(camera, 7) + at_place(camera, 8) * r2);
    return sum(square(at_place(camera, 6) * distortion * p - seen));
  };
  check_written(cost, std::array<Tensor, 2>{numbers({9}, 0.2), numbers({3}, 0.9) + 2.0});
}

TEST_CASE("to_cpp: log-sum-exp, along axes and of all, with terms that weigh nothing") {
  const auto cost = [](const Tensor& x) { return logsumexp(x) + sum(square(logsumexp(x, 1))) + sum(softmax(x, 0) * x) + max(x); };
  check_written(cost, numbers({4, 3}, 0.5));
  const auto masked = [](const Tensor& x) { return logsumexp(where(tensor({true, false, true}), x, -INFINITY)); };
  check_written([](const Tensor&) { return scalar(2.0, f64); }, numbers({2}, 1));
  check_written(masked, numbers({3}, 0.5));
}

TEST_CASE("to_cpp: layer_norm, over rows and over columns") {
  check_written([](const Tensor& x) { return sum(layer_norm(x) * sin(x)) + sum(exp(layer_norm(x, 0))); }, numbers({4, 3}, 0.5));
}

TEST_CASE("to_cpp: what is linear is written as loops, or with a table where it is uneven") {
  const Tensor rows = tensor({2, 0, 2, 1}, i64);
  const auto cost = [&](const Tensor& x) {
    const Tensor shuffled = take(x, rows, 0);
    const Tensor joined = concat({transpose(x), slice(x, {Slice{}, Slice{0, 3, 2}}) * 2.0, flip(x)}, 1);
    return sum(square(shuffled)) + sum(exp(joined)) + sum(square(pad(x, {{1, 0}, {2, 1}})));
  };
  check_written(cost, numbers({3, 3}, 0.1));
}

TEST_CASE("to_cpp: the text says what it holds, and what cannot be written is said") {
  const auto cost = [](const Tensor& x) { return sum(square(x)); };
  const std::string text = to_cpp(cost, ones({3}, f32), "area");
  CHECK_THAT(text, Catch::Contains("float area(const float* x, float* d_x) {"));
  CHECK_THAT(text, Catch::Contains("//   x: f32[3]"));
  CHECK_THROWS_WITH(to_cpp(cost, ones({3}), "2d"), Catch::StartsWith("to_cpp: '2d' is no name of a C++ function"));
  CHECK_THROWS_WITH(to_cpp([](const Tensor& x) { return det(x); }, ones({2, 2}), "f"),
                    Catch::StartsWith("to_cpp: the op det cannot be written in C++"));
}
