#include <descent/autodiff/tape/tape.hpp>

#include <cmath>
#include <thread>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

/// The text of the error that f throws.
template <class E, class F> std::string sentence_of(F f) {
  try {
    f();
  } catch (const E& error) { return error.sentence(); }
  return "nothing was thrown";
}

double value(const Tensor& x) { return x.item<double>(); }

}  // namespace

TEST_CASE("A tape gives the slope the textbooks draw") {
  Tape tape;
  const Tensor p = tape.watch(scalar(-2, f64));
  const Tensor cost = 0.5 * square(p - 1.0);
  CHECK(value(cost) == 4.5);
  CHECK(value(tape.gradient(cost, p)) == -3.0);
  CHECK(value(tape.gradient(cost, p)) == -3.0);  // asked again, the same
}

TEST_CASE("Gradients have the shape and dtype of what they belong to, through broadcasting and promotion") {
  Tape tape;
  const Tensor row = tape.watch(tensor({1.0, 2.0, 3.0}, f32));
  const Tensor column = tape.watch(tensor({{1.0}, {2.0}}, f64));
  const Tensor cost = sum(row * column);
  CHECK(cost.dtype() == f64);
  const Tensor of_row = tape.gradient(cost, row);
  const Tensor of_column = tape.gradient(cost, column);
  CHECK(abstract_of(of_row) == abstract_of(row));
  CHECK(abstract_of(of_column) == abstract_of(column));
  CHECK(of_row.to_vector<double>() == std::vector<double>{3, 3, 3});
  CHECK(of_column.to_vector<double>() == std::vector<double>{6, 6});
}

TEST_CASE("A value may be used many times, and be its own factor") {
  Tape tape;
  const Tensor x = tape.watch(scalar(3, f64));
  Tensor y = x;
  for (int i = 0; i < 4; ++i) y = y * x;  // x^5
  CHECK(value(tape.gradient(y, x)) == 5 * 81.0);
}

TEST_CASE("Gradients may be taken by values on the way, and only what is asked for is computed") {
  Tape tape;
  const Tensor x = tape.watch(scalar(2, f64));
  const Tensor w = tape.watch(scalar(5, f64));
  const Tensor h = x * w;
  const Tensor y = h * h;
  CHECK(value(tape.gradient(y, h)) == 20.0);
  const std::vector<Tensor> both = tape.gradient(y, std::vector{w, h});
  CHECK(value(both[0]) == 40.0);
  CHECK(value(both[1]) == 20.0);
}

TEST_CASE("A cost that does not depend on a watched tensor has gradient zero") {
  Tape tape;
  const Tensor x = tape.watch(tensor({1.0, 2.0}, f64));
  const Tensor other = tape.watch(tensor({3.0}, f64));
  CHECK(tape.gradient(sum(x), other).to_vector<double>() == std::vector<double>{0});
}

TEST_CASE("Nested tapes give second derivatives without perturbation confusion") {
  Tape outer;
  const Tensor x = outer.watch(scalar(1, f64));
  Tensor inner_slope;
  {
    Tape inner;
    const Tensor y = inner.watch(scalar(1, f64));
    inner_slope = inner.gradient(x + y, y);  // 1, whatever x is
  }
  CHECK(value(outer.gradient(x * inner_slope, x)) == 1.0);

  Tape second;
  const Tensor z = second.watch(scalar(2, f64));
  Tape first;
  const Tensor z1 = first.watch(z);
  const Tensor slope = first.gradient(z1 * z1 * z1, z1);
  CHECK(value(slope) == 12.0);
  CHECK(value(second.gradient(slope, z)) == 12.0);  // 6 z
}

TEST_CASE("A forward tape carries tangents along as it records") {
  Tape tape(Purpose::forward);
  const Tensor x = tape.watch(tensor({1.0, 2.0}, f64), tensor({1.0, -1.0}, f64));
  const Tensor y = x * x;
  CHECK(tape.tangent(y).to_vector<double>() == std::vector<double>{2, -4});
  CHECK(tape.tangent(x + tensor({{1.0}, {2.0}, {3.0}}, f64)).shape() == Shape{3, 2});
  CHECK(tape.tangent(scalar(1, f64)).to_vector<double>() == std::vector<double>{0});
}

TEST_CASE("Using tensors of a closed, a cleared or another tape") {
  Tensor left;
  {
    Tape gone;
    left = gone.watch(scalar(2, f64)) * 3.0;
  }
  CHECK(value(left * 2.0) == 12.0);  // a plain value

  Tape tape;
  const Tensor x = tape.watch(scalar(1, f64));
  const Tensor y = x * 2.0;
  CHECK(sentence_of<TapeError>([&] { tape.gradient(left, x); }) ==
        "gradient: the cost is not known to this tape: it was not computed from a watched tensor, or it belongs to another or a "
        "cleared tape; "
        "watch it before computing with it");
  tape.clear();
  CHECK_THROWS_AS(tape.gradient(y, x), TapeError);
  CHECK_FALSE(tape.knows(x));
  CHECK(value(y) == 2.0);
}

TEST_CASE("What a tape refuses") {
  Tape tape;
  const Tensor x = tape.watch(tensor({1.0, 2.0}));
  CHECK(sentence_of<ShapeError>([&] { tape.gradient(x * 2.0, x); }) ==
        "gradient: the cost has shape [2]; a gradient needs one element, reduce it first or use vjp with a cotangent");
  CHECK(sentence_of<DtypeError>([&] {
          tape.watch(tensor({1, 2}));
        }) == "watch: the tensor is i32[2]; only f32 and f64 have derivatives, cast it first");
  CHECK_THROWS_AS(tape.watch(Tensor()), ValueError);
  CHECK_THROWS_AS(tape.tangent(x), TapeError);
  CHECK_THROWS_AS(tape.watch(tensor({1.0}), tensor({1.0})), TapeError);
  Tape forward(Purpose::forward);
  const Tensor t = forward.watch(scalar(1));
  CHECK_THROWS_AS(forward.gradient(t, t), TapeError);
  CHECK_THROWS_AS(forward.watch(tensor({1.0, 2.0}), tensor({1.0})), ShapeError);
}

TEST_CASE("Errors name the user's line") {
  try {
    matmul(tensor({{1.0, 2.0}}), tensor({{1.0, 2.0}}));
    FAIL("nothing was thrown");
  } catch (const ShapeError& error) {
    CHECK(std::string(error.where().file_name()).find("tape_test.cpp") != std::string::npos);
    CHECK(std::string(error.what()).find("(tape_test.cpp:") != std::string::npos);
  }
}

TEST_CASE("A tensor watched by another thread's open tape is refused, and plain ones are not") {
  Tape tape;
  const Tensor x = tape.watch(scalar(1, f64));
  std::string text;
  double plain = 0;
  std::thread([&] {
    text = sentence_of<TapeError>([&] { x + 1.0; });
    plain = value(scalar(2, f64) * 3.0);
  }).join();
  CHECK(text == "tape: a tensor watched by another thread's open tape was used; compute on plain tensors and watch them on this thread");
  CHECK(plain == 6.0);
}

TEST_CASE("An exception in a rule leaves the tape usable") {
  Tape tape;
  const Tensor x = tape.watch(tensor({1.0, 2.0}, f64));
  CHECK_THROWS_AS(matmul(x, tensor({1.0, 2.0, 3.0}, f64)), ShapeError);
  CHECK(tape.gradient(sum(x * x), x).to_vector<double>() == std::vector<double>{2, 4});
}

TEST_CASE("Statistics and pictures of a tape") {
  Tape tape;
  const Tensor x = tape.watch(tensor({1.0, 2.0, 3.0}, f64));
  const Tensor y = sum(exp(x) * x, 0);
  const TapeStats stats = tape.stats();
  CHECK(stats.entries == 3);
  CHECK(stats.values == 4);
  CHECK(stats.bytes_kept == 2 * 3 * 8);  // exp's output, which mul keeps too, and x
  CHECK(stats.by_op.size() == 3);
  CHECK(tape.to_string() ==
        "%0 = watched  f64[3]\n%1 = exp(%0)  f64[3]\n%2 = mul(%1, %0)  f64[3]\n%3 = sum(%2) axes=[0], keep_axes=false  f64[]\n");
  const std::string dot = tape.to_dot();
  CHECK(dot.find("digraph tape {") == 0);
  CHECK(dot.find("label=\"sum\\naxes=[0], keep_axes=false\"") != std::string::npos);
}

TEST_CASE("A program tape records every call with its constants and keeps no values") {
  Tape program(Purpose::program);
  const Tensor x = program.watch(tensor({1.0, 2.0}, f64));
  const Tensor constant = tensor({3.0, 4.0}, f64) * 2.0;  // concerns nothing watched, and is recorded all the same
  const Tensor y = sum(x * constant);
  CHECK(program.stats().entries == 3);
  CHECK_THROWS_AS(program.gradient(y, x), TapeError);
}

TEST_CASE("Tracing: a function of abstract tensors runs on shapes alone, and reading a value is refused") {
  const Tensor x = abstract_tensor({8, 3}, f32);
  const Tensor y = sum(matmul(tanh(x), zeros({3, 2})), 1);
  CHECK(y.abstract());
  CHECK(abstract_of(y) == Abstract{Shape{8}, f32});
  CHECK(sentence_of<AbstractError>([&] { sum(y).item<float>(); }) ==
        "item: the tensor is abstract, f32[] without values, because a function is being traced; "
        "use where, cond or while_loop instead of reading it");
  Tape tape;
  const Tensor w = tape.watch(abstract_tensor({3, 2}, f32));
  CHECK(abstract_of(tape.gradient(sum(matmul(x, w)), w)) == abstract_of(w));
}

TEST_CASE("A chain of a hundred thousand calls differentiates without recursion") {
  Tape tape;
  const Tensor x = tape.watch(scalar(1, f64));
  Tensor y = x;
  for (int i = 0; i < 100'000; ++i) y = y + x;
  CHECK(value(tape.gradient(y, x)) == 100'001.0);
}

TEST_CASE("Under an outer tape slopes are computed in the promoted dtype, as the kernels do") {
  const Tensor base = scalar(3, f32);
  Tape outer;
  const Tensor y = outer.watch(scalar(3, f64));
  Tape inner;
  const Tensor exponent = inner.watch(y);
  const Tensor slope = inner.gradient(pow(base, exponent), exponent);  // 3^y log 3
  CHECK(value(slope) == Approx(27 * std::log(3.0)).epsilon(1e-14));
  CHECK(value(outer.gradient(slope, y)) == Approx(27 * std::log(3.0) * std::log(3.0)).epsilon(1e-14));
}
