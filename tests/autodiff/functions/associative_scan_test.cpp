#include <descent/autodiff/functions/associative_scan.hpp>

#include <descent/autodiff/transforms/gradcheck_matcher.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Tensor drawn(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return normal(shape, rng, 0, 1, f64);
}

/// (a, b) stands for y -> a y + b; first `before`, then `next`.
std::vector<Tensor> one_after_the_other(const std::vector<Tensor>& before, const std::vector<Tensor>& next) {
  return {next[0] * before[0], next[0] * before[1] + next[1]};
}

}  // namespace

TEST_CASE("associative_scan: as cumsum, cumprod and cummax for every length, axis and direction") {
  const bool reverse = GENERATE(false, true);
  for (const Index n : {0, 1, 2, 3, 4, 5, 8, 13, 64, 100}) {
    const Tensor x = drawn({2, n, 3}, static_cast<std::uint64_t>(n));
    CAPTURE(n);
    CHECK(holds(associative_scan(add, x, 1, {.reverse = reverse}), list(cumsum(x, 1, {.reverse = reverse})), 1e-12));
    CHECK(holds(associative_scan(mul, x, -2, {.reverse = reverse}), list(cumprod(x, 1, {.reverse = reverse})), 1e-12));
    if (n > 0) CHECK(holds(associative_scan(maximum, x, 1, {.reverse = reverse}), list(cummax(x, 1, {.reverse = reverse}))));
  }
  CHECK(associative_scan(add, ints({1, 2, 3}), 0).dtype() == i64);
}

TEST_CASE("associative_scan: elements of two tensors, as linear_recurrence") {
  const bool reverse = GENERATE(false, true);
  const Tensor a = drawn({7, 2}, 1), b = drawn({7, 2}, 2);
  const auto scanned = associative_scan(one_after_the_other, std::vector<Tensor>{a, b}, 0, {.reverse = reverse});
  CHECK(holds(scanned[1], list(linear_recurrence(a, b, 0, {.reverse = reverse})), 1e-13));
  CHECK(holds(scanned[0], list(cumprod(a, 0, {.reverse = reverse})), 1e-13));
}

TEST_CASE("associative_scan: products of matrices, which do not commute, in their order") {
  const Tensor x = drawn({6, 2, 2}, 3);
  const auto then = [](const Tensor& before, const Tensor& next) { return matmul(before, next); };
  const Tensor y = associative_scan(then, x, 0);
  Tensor fold = slice(x, {0});
  for (Index k = 1; k < 6; ++k) {
    fold = matmul(fold, slice(x, {k}));
    CHECK(holds(slice(y, {k}), list(fold), 1e-13));
  }
  const Tensor z = associative_scan(then, x, 0, {.reverse = true});
  fold = slice(x, {5});
  for (Index k = 4; k >= 0; --k) {
    fold = matmul(fold, slice(x, {k}));
    CHECK(holds(slice(z, {k}), list(fold), 1e-13));
  }
}

TEST_CASE("associative_scan: gradients are those of the fold") {
  const Tensor x = drawn({9}, 4), weights = drawn({9}, 5);
  const auto scan = [](const Tensor& at) { return associative_scan(mul, at, 0); };
  const auto fold = [](const Tensor& at) { return cumprod(at, 0); };
  CHECK(holds(slope(scan, x, weights), list(slope(fold, x, weights)), 1e-13));
  CHECK(holds(hessian_times(scan, x, weights, weights), list(hessian_times(fold, x, weights, weights)), 1e-12));
  CHECK_THAT([&](const Tensor& at) { return sum(weights * scan(at)); }, has_right_gradient_at(x, {.order = 2}));
}

TEST_CASE("associative_scan: f is called about 2 log2 n times, on 2 n elements together") {
  int calls = 0;
  Index elements = 0;
  associative_scan(
      [&](const Tensor& before, const Tensor& next) {
        ++calls;
        elements += before.numel();
        return before + next;
      },
      arange(1024), 0);
  CHECK(calls == 19);
  CHECK(elements < 2 * 1024);
}

TEST_CASE("associative_scan: mistakes") {
  const Tensor x = zeros({4});
  CHECK_THROWS_AS(associative_scan(add, x, 1), IndexError);
  CHECK(sentence<ShapeError>([&] { associative_scan([](const Tensor& a, const Tensor&) { return sum(a); }, x, 0); }) ==
        "associative_scan: f gave [] for neighbours of [2]; it must keep the shape");
  CHECK(sentence<ShapeError>([&] {
          associative_scan([](const std::vector<Tensor>& a, const std::vector<Tensor>&) { return std::vector<Tensor>{a[0]}; },
                           std::vector<Tensor>{x, x}, 0);
        }) == "associative_scan: f gave 1 tensors for elements of 2; it must give as many as it takes");
  CHECK(sentence<ShapeError>([&] {
          associative_scan(one_after_the_other, std::vector<Tensor>{x, zeros({3})}, 0);
        }) == "associative_scan: input 1 is [3], input 0 is [4]; their sizes on axis 0 must be equal");
  CHECK(sentence<ShapeError>([&] { associative_scan(one_after_the_other, std::vector<Tensor>{}, 0); }) ==
        "associative_scan: no tensors were given; it needs at least one");
}
