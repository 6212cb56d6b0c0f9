#include <descent/autodiff/transforms/control.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tensor/storage.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-12; }
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

Tensor root_or_zero(const Tensor& x) {
  return cond(
      x > 0.0, [](const Tensor& at) { return sqrt(at); }, [](const Tensor& at) { return 0.0 * at; }, x);
}
Tensor halved(const Tensor& x) {
  return while_loop([](const Tensor& at) { return at > 1.0; }, [](const Tensor& at) { return at / 2.0; }, x);
}

const Tensor kXs = tensor({{0.5}, {-1.0}, {2.0}, {0.25}, {3.0}, {1.5}, {-0.5}}, f64);
Tensor cell(const Tensor& w, const Tensor& h, const Tensor& x) { return tanh(matmul(h, w) + x); }
Tensor run(const Tensor& w, const Tensor& xs, Index every) {
  const auto step = [&](const Tensor& h, const Tensor& x) {
    const Tensor next = cell(w, h, x);
    return std::pair(next, next);
  };
  const auto [last, all] = scan(step, zeros({2}, f64), xs, {.checkpoint_every = every});
  return sum(last) + sum(all * all);
}

}  // namespace

TEST_CASE("cond: one branch outside vmap, each example its own inside; the other one's slope is 0 whatever it is") {
  CHECK(root_or_zero(scalar(4.0, f64)).item<double>() == 2);
  const Tensor xs = tensor({4.0, 0.0, -1.0}, f64);
  CHECK(list(vmap(root_or_zero)(xs)) == std::vector<double>{2, 0, 0});
  CHECK(list(vmap(grad(root_or_zero))(xs)) == std::vector<double>{0.25, 0, 0});
  CHECK(list(grad([](const Tensor& x) { return sum(vmap(root_or_zero)(x)); })(xs)) == std::vector<double>{0.25, 0, 0});
}

TEST_CASE("while_loop: forward and reverse, in vmap too, where each example stops by itself") {
  CHECK(halved(scalar(12.0, f64)).item<double>() == 0.75);
  const Tensor xs = tensor({12.0, 0.5, 3.0}, f64);
  CHECK(list(vmap(halved)(xs)) == std::vector<double>{0.75, 0.5, 0.75});
  CHECK(list(vmap(grad(halved))(xs)) == std::vector<double>{1.0 / 16, 1, 0.25});
  CHECK(list(jvp([](const Tensor& x) { return vmap(halved)(x); }, xs, ones({3}, f64)).second) == std::vector<double>{1.0 / 16, 1, 0.25});
}

TEST_CASE("scan: a loop, with and without checkpoints, differentiated both ways and in vmap") {
  const Tensor w = tensor({{0.5, -0.25}, {0.75, 0.1}}, f64);
  const auto looped = [](const Tensor& weight) {
    Tensor h = zeros({2}, f64), squares = scalar(0.0, f64);
    for (Index i = 0; i < kXs.size(0); ++i) {
      h = cell(weight, h, slice(kXs, {i}));
      squares = squares + sum(h * h);
    }
    return sum(h) + squares;
  };
  for (const Index every : {0, 1, 3, 7, 100}) {
    const auto scanned = [&](const Tensor& weight) { return run(weight, kXs, every); };
    CHECK(near(scanned(w), looped(w)));
    CHECK(near(grad(scanned)(w), grad(looped)(w)));
    CHECK(near(hvp(scanned, w, w), hvp(looped, w, w)));
    const Tensor ws = stack({w, 0.5 * w, -1.0 * w});
    CHECK(near(vmap(grad(scanned))(ws), stack({grad(looped)(w), grad(looped)(0.5 * w), grad(looped)(-1.0 * w)})));
  }
  const auto by_inputs = [&](Index every) { return grad([&](const Tensor& xs) { return run(w, xs, every); })(kXs); };
  CHECK(near(by_inputs(3), by_inputs(0)));
}

TEST_CASE("scan: 10 000 steps in the memory of some hundred") {
  const Tensor w = tensor({{0.5, -0.25}, {0.75, 0.1}}, f64), xs = ones({10'000, 1}, f64);
  const auto peak = [&](Index every) {
    storage::reset_peak_bytes();
    const Index before = storage::live_bytes();
    grad([&](const Tensor& weight) {
      const auto step = [&](const Tensor& h, const Tensor& x) { return std::pair(cell(weight, h, x), std::vector<Tensor>()); };
      return sum(scan(step, zeros({100, 2}, f64), xs, {.checkpoint_every = every}).first);
    })(w);
    return storage::peak_bytes() - before;
  };
  const Index bounded = peak(100);
  CHECK(bounded < 4'000'000);
  CHECK(peak(0) > 10 * bounded);
}

TEST_CASE("map: one element after the other") {
  const Tensor y = descent::map([](const Tensor& x) { return x.item<double>() > 0 ? x * x : -x; }, tensor({2.0, -3.0}, f64));
  CHECK(list(y) == std::vector<double>{4, 3});
}

TEST_CASE("control flow: mistakes") {
  const auto same = [](const Tensor& x) { return x; };
  const Tensor x = tensor({1.0, 2.0}, f64);
  CHECK_THROWS_AS(cond(x > 0.0, same, same, x), ShapeError);
  CHECK_THROWS_AS(cond(scalar(1.0), same, same, x), DtypeError);
  CHECK_THROWS_AS(vmap([&](const Tensor& at) {
                    return cond(
                        at > 0.0, same, [](const Tensor& z) { return cast(z, f32); }, at);
                  })(x),
                  ShapeError);
  CHECK_THROWS_AS(halved(abstract_tensor({}, f64)), AbstractError);
  const auto step = [](const Tensor& h, const Tensor& at) { return std::pair(h + at, h); };
  CHECK_THROWS_AS(scan(step, scalar(0.0, f64), scalar(1.0, f64)), ShapeError);
  CHECK_THROWS_AS(scan(step, scalar(0.0, f64), zeros({0}, f64)), ValueError);
}
