#include <descent/nn/loss/ctc.hpp>

#include <cmath>
#include <functional>
#include <limits>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using nn::Reduction;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// [4 times, 3 examples, 3 classes]
Tensor some() { return sin(reshape(5.0 * arange(36, f64), {4, 3, 3})); }

/// -log of the sum over all paths of `times` classes that spell the target.
double by_paths(const Tensor& log_probability, Index example, Index times, const std::vector<Index>& target, Index blank) {
  const std::vector<double> x = list(log_probability);
  const Index count = log_probability.size(1), classes = log_probability.size(2);
  double total = 0;
  std::vector<Index> path;
  const std::function<void(double)> extend = [&](double log_so_far) {
    if (static_cast<Index>(path.size()) == times) {
      std::vector<Index> spelled;
      for (std::size_t t = 0; t < path.size(); ++t)
        if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) spelled.push_back(path[t]);
      if (spelled == target) total += std::exp(log_so_far);
      return;
    }
    const auto row = (static_cast<Index>(path.size()) * count + example) * classes;
    for (Index c = 0; c < classes; ++c) {
      path.push_back(c);
      extend(log_so_far + x[static_cast<std::size_t>(row + c)]);
      path.pop_back();
    }
  };
  extend(0);
  return -std::log(total);
}

}  // namespace

TEST_CASE("ctc: the sum over all paths") {
  const Tensor x = log_softmax(some());
  const Tensor targets = tensor({{1, 2, 1}, {2, 2, 0}, {1, 0, 0}});
  const Tensor times = ints({4, 3, 2}), lengths = ints({3, 2, 1});
  CHECK(holds(nn::ctc(x, targets, times, lengths, {.reduction = Reduction::none}),
              {by_paths(x, 0, 4, {1, 2, 1}, 0), by_paths(x, 1, 3, {2, 2}, 0), by_paths(x, 2, 2, {1}, 0)}, 1e-14));
  CHECK(holds(nn::ctc(x, tensor({{0, 0}, {0, 1}, {1, 1}}), times, ints({1, 2, 0}), {.blank = 2, .reduction = Reduction::none}),
              {by_paths(x, 0, 4, {0}, 2), by_paths(x, 1, 3, {0, 1}, 2), by_paths(x, 2, 2, {}, 2)}, 1e-14));
}

TEST_CASE("ctc: the mean is of losses by label") {
  const Tensor x = log_softmax(some()), targets = tensor({{1, 2}, {2, 0}, {1, 1}});
  const Tensor times = ints({4, 4, 4}), lengths = ints({2, 1, 0});
  const std::vector<double> each = list(nn::ctc(x, targets, times, lengths, {.reduction = Reduction::none}));
  CHECK(holds(nn::ctc(x, targets, times, lengths), {(each[0] / 2 + each[1] + each[2]) / 3}, 1e-15));
  CHECK(holds(nn::ctc(x, targets, times, lengths, {.reduction = Reduction::sum}), {each[0] + each[1] + each[2]}, 1e-15));
}

TEST_CASE("ctc: what cannot be spelled costs infinity, with gradient 0") {
  const Tensor targets = tensor({{1, 1, 2}, {1, 2, 0}, {1, 0, 0}});
  const Tensor times = ints({3, 4, 0}), lengths = ints({3, 2, 1});  // 1 1 2 takes four steps, 1 takes one
  const auto loss = [&](const Tensor& x) { return nn::ctc(log_softmax(x), targets, times, lengths, {.reduction = Reduction::none}); };
  const std::vector<double> each = list(loss(some()));
  CHECK(each[0] == kInf);
  CHECK(each[1] == Approx(by_paths(log_softmax(some()), 1, 4, {1, 2}, 0)));
  CHECK(each[2] == kInf);
  const Tensor at = slope(loss, some());  // [4, 3, 3]
  CHECK(holds(slice(at, {Slice{}, Slice{.step = 2}}), std::vector<double>(24, 0)));
  CHECK(all(isfinite(at)).item<bool>());
  CHECK(max(abs(at)).item<double>() > 0);
  const nn::CtcOptions zeroed{.zero_infinity = true, .reduction = Reduction::none};
  CHECK(holds(nn::ctc(log_softmax(some()), targets, times, lengths, zeroed), {0, each[1], 0}));
}

TEST_CASE("ctc: no labels, no steps") {
  const Tensor x = log_softmax(some());
  const Tensor none = zeros({3, 0}, i64);
  const std::vector<double> p = list(x);
  const std::vector<double> each = list(nn::ctc(x, none, ints({4, 1, 0}), ints({0, 0, 0}), {.reduction = Reduction::none}));
  CHECK(each[0] == Approx(-(p[0] + p[9] + p[18] + p[27])));  // blanks all along
  CHECK(each[1] == Approx(-p[3]));
  CHECK(each[2] == 0);
}

TEST_CASE("ctc: gradients by differences; behind log_softmax each step's add up to 0") {
  const Tensor targets = tensor({{1, 2}, {2, 2}, {1, 0}});
  const Tensor times = ints({4, 3, 4}), lengths = ints({2, 2, 1});
  CHECK(gradcheck([&](const Tensor& x) { return nn::ctc(x, targets, times, lengths); }, some()));
  CHECK(gradcheck([&](const Tensor& x) { return nn::ctc(log_softmax(x), targets, times, lengths); }, some()));
  // by log probabilities: at each step in use the class probabilities given the target, negative
  const Tensor at = slope([&](const Tensor& x) { return nn::ctc(x, targets, times, lengths, {.reduction = Reduction::sum}); }, some());
  CHECK(holds(sum(at, -1), {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1}, 1e-14));
}

TEST_CASE("ctc: the second derivative by differences of the first, beside an example that cannot be spelled") {
  const auto loss = [](const Tensor& x) {
    return nn::ctc(log_softmax(x), tensor({{1, 2}, {2, 2}, {1, 0}}), ints({4, 3, 0}), ints({2, 2, 1}), {.zero_infinity = true});
  };
  const Tensor v = cos(reshape(3.0 * arange(36, f64), {4, 3, 3}));
  const double step = 1e-5;  // about the cube root of 2^-52: the differences are off by about its square
  const Tensor wanted = (slope(loss, some() + step * v) - slope(loss, some() - step * v)) / (2 * step);
  CHECK(holds(hessian_times(loss, some(), scalar(1, f64), v), list(wanted), 1e-9));
}

TEST_CASE("ctc: large logits, abstract lengths") {
  const Tensor x = log_softmax(1e4 * some());
  CHECK(std::isfinite(nn::ctc(x, tensor({{1}, {1}, {1}}), ints({4, 4, 4}), ints({1, 1, 1})).item<double>()));
  const Tensor traced = nn::ctc(abstract_tensor({4, 3, 3}, f32), abstract_tensor({3, 2}, i64), abstract_tensor({3}, i64),
                                abstract_tensor({3}, i64), {.reduction = Reduction::none});
  CHECK(abstract_of(traced) == Abstract{{3}, f32});
}

TEST_CASE("ctc: errors") {
  const Tensor x = zeros({4, 2, 3}), targets = tensor({{1, 2}, {2, 1}}), times = ints({4, 4}), lengths = ints({2, 2});
  CHECK(sentence<ShapeError>([&] {
          nn::ctc(zeros({4, 3}), targets, times, lengths);
        }) == "ctc: the log probabilities are [4, 3], the targets [2, 2]; they must be [times, n, classes] and [n, longest]");
  CHECK(sentence<DtypeError>([&] { nn::ctc(x, ones({2, 2}), times, lengths); }) == "ctc: the targets are f32; they must be integers");
  CHECK(sentence<ShapeError>([&] { nn::ctc(x, targets, ints({4}), lengths); }) ==
        "ctc: the times are [1]; they must be [2], one for each example");
  CHECK(sentence<DtypeError>([&] { nn::ctc(x, targets, times, ones({2})); }) == "ctc: the target lengths are f32; they must be integers");
  CHECK(sentence<IndexError>([&] {
          nn::ctc(x, targets, ints({4, 5}), lengths);
        }) == "ctc: number 1 of the times is 5; it must lie in [0, 4]");
  CHECK(sentence<IndexError>([&] {
          nn::ctc(x, targets, times, ints({-1, 2}));
        }) == "ctc: number 0 of the target lengths is -1; it must lie in [0, 2]");
  CHECK(sentence<IndexError>([&] { nn::ctc(x, targets, times, lengths, {.blank = 3}); }) ==
        "ctc: the blank is 3; it must be a class from 0 to 2");
  CHECK(sentence<IndexError>([&] { nn::ctc(x, targets, times, lengths, {.blank = 1}); }) ==
        "ctc: target 0 of example 0 is 1; it must be a class from 0 to 2 but the blank, 1");
  CHECK(sentence<IndexError>([&] {
          nn::ctc(x, tensor({{1, 3}, {1, 1}}), times, lengths);
        }) == "ctc: target 1 of example 0 is 3; it must be a class from 0 to 2 but the blank, 0");
}
