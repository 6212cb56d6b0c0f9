#include <descent/autodiff/functions/attention.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/shape.hpp>
#include <descent/autodiff/transforms/gradcheck_matcher.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

Tensor drawn(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return normal(shape, rng, 0, 1, f64);
}

struct Inputs {
  Tensor q, k, v;
};
Inputs inputs_of(Index queries, Index keys) { return {drawn({queries, 3}, 1), drawn({keys, 3}, 2), drawn({keys, 2}, 3)}; }

}  // namespace

TEST_CASE("attention: the mean of the values, weighted by softmax of the scores") {
  const Tensor k = grid({2, 2}, {1, 0, 0, 1}), v = grid({2, 1}, {1, 3});
  CHECK(holds(attention(zeros({1, 2}, f64), k, v), {2}, 1e-15));
  const double a = std::exp(2 / std::sqrt(2.0));
  CHECK(holds(attention(grid({1, 2}, {2, 0}), k, v), {(a + 3) / (a + 1)}, 1e-15));
  CHECK(holds(attention(grid({1, 2}, {2, 0}), k, v, {.scale = 3}), {(std::exp(6) + 3) / (std::exp(6) + 1)}, 1e-15));
  CHECK(holds(attention(grid({1, 2}, {1e4, 0}), k, v), {1}));
  CHECK(attention(tensor({{1, 2}}), tensor({{1, 2}}), tensor({{1, 2, 3}})).dtype() == f32);
}

TEST_CASE("attention: gradients of first and second order, plain, causal and masked") {
  const auto [q, k, v] = inputs_of(4, 4);
  const Tensor bias = drawn({4, 4}, 4);
  const auto plain = [](const Inputs& in) { return sum(square(attention(in.q, in.k, in.v))); };
  const auto causal = [](const Inputs& in) { return sum(square(attention(in.q, in.k, in.v, {.causal = true}))); };
  const auto with_mask = [q = q, k = k, v = v](const Tensor& m) { return sum(square(attention(q, k, v, {.mask = m}))); };
  CHECK_THAT((plain), has_right_gradient_at(Inputs{q, k, v}, {.order = 2}));
  CHECK_THAT((causal), has_right_gradient_at(Inputs{q, k, v}, {.order = 2}));
  CHECK_THAT((with_mask), has_right_gradient_at(bias, {.order = 2}));
}

TEST_CASE("attention: causal, a query sees no later key; the offset counts what came before") {
  const auto [q, k, v] = inputs_of(4, 4);
  const Tensor whole = attention(q, k, v, {.causal = true});
  for (Index i = 0; i < 4; ++i) {
    const auto upto = [&](const Tensor& x) { return slice(x, {Slice{0, i + 1}}); };
    const Tensor one = attention(slice(q, {Slice{i, i + 1}}), upto(k), upto(v));
    CHECK(holds(slice(whole, {Slice{i, i + 1}}), list(one), 1e-15));
  }
  const Tensor last = attention(slice(q, {Slice{3, 4}}), k, v, {.causal = true, .offset = 3});
  CHECK(holds(last, list(slice(whole, {Slice{3, 4}})), 1e-15));
}

TEST_CASE("attention: a query that sees no key gets 0 with gradient 0, whatever the mask's form") {
  const auto [q, k, v] = inputs_of(2, 3);
  const Tensor flags = grid({2, 3}, {0, 0, 0, 1, 0, 1}) > 0;
  const Tensor bias = grid({2, 3}, {-inf, -inf, -inf, 0, -inf, 0});
  for (const Tensor& mask : {flags, bias}) {
    const Tensor y = attention(q, k, v, {.mask = mask});
    CHECK(holds(slice(y, {0}), {0, 0}));
    const auto of_q = [&, k = k, v = v](const Tensor& at) { return attention(at, k, v, {.mask = mask}); };
    const auto of_k = [&, q = q, v = v](const Tensor& at) { return attention(q, at, v, {.mask = mask}); };
    const auto of_v = [&, q = q, k = k](const Tensor& at) { return attention(q, k, at, {.mask = mask}); };
    CHECK(holds(slice(slope(of_q, q), {0}), {0, 0, 0}));
    CHECK(holds(slice(slope(of_k, k), {1}), {0, 0, 0}));  // a key that no query sees
    CHECK(holds(slice(slope(of_v, v), {1}), {0, 0}));
    CHECK(all(isfinite(slope(of_k, k))).item<bool>());
    CHECK(all(isfinite(hessian_times(of_q, q, ones({2, 2}, f64), ones_like(q)))).item<bool>());
  }
  const Tensor none = attention(q, k, v, {.causal = true, .offset = -5});
  CHECK(holds(none, {0, 0, 0, 0}));
  CHECK(holds(attention(q, zeros({0, 3}, f64), zeros({0, 2}, f64)), {0, 0, 0, 0}));
}

TEST_CASE("attention: heads are a leading axis, and groups of heads share keys") {
  const Tensor q = drawn({2, 3, 5, 4}, 1), k = drawn({2, 1, 6, 4}, 2), v = drawn({2, 1, 6, 2}, 3);
  const Tensor y = attention(q, k, v);
  CHECK(y.shape() == Shape{2, 3, 5, 2});
  CHECK(holds(slice(y, {1, 2}), list(attention(slice(q, {1, 2}), slice(k, {1, 0}), slice(v, {1, 0}))), 1e-15));
}

TEST_CASE("attention: mistakes") {
  const Tensor q = zeros({2, 3}), k = zeros({4, 3}), v = zeros({4, 2});
  CHECK(sentence<ShapeError>([&] {
          attention(q, zeros({4, 2}), v);
        }) ==
        "attention: q is [2, 3], k is [4, 2], v is [4, 2]; they must be [..., queries, width], [..., keys, width] and [..., keys, out]");
  CHECK_THROWS_AS(attention(q, k, zeros({5, 2})), ShapeError);
  CHECK_THROWS_AS(attention(zeros({3}), k, v), ShapeError);
  CHECK(sentence<ShapeError>([&] {
          attention(q, k, v, {.mask = zeros({3, 4})});
        }) == "attention: the mask is [3, 4]; it must broadcast to the scores, [2, 4]");
  CHECK(sentence<DtypeError>([&] {
          attention(q, k, v, {.mask = zeros({2, 4}, i32)});
        }) == "attention: the mask is i32; it must be bool (true: seen) or floating (added to the scores)");
  CHECK(sentence<ValueError>([&] { attention(q, k, v, {.scale = inf}); }) == "attention: the scale is inf; it must be finite");
}

TEST_CASE("rope: turns pairs by their position, in both conventions") {
  const Tensor x = grid({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  const double c = std::cos(1), s = std::sin(1), c2 = std::cos(0.01), s2 = std::sin(0.01);
  CHECK(holds(rope(x), {1, 2, 3, 4, 5 * c - 6 * s, 5 * s + 6 * c, 7 * c2 - 8 * s2, 7 * s2 + 8 * c2}, 1e-15));
  CHECK(holds(rope(x, {.pairs = RopePairs::halves}), {1, 2, 3, 4, 5 * c - 7 * s, 6 * c2 - 8 * s2, 5 * s + 7 * c, 6 * s2 + 8 * c2}, 1e-15));
  CHECK(holds(rope(slice(x, {Slice{1, 2}}), {.offset = 1}), list(slice(rope(x), {Slice{1, 2}})), 1e-15));
  CHECK(holds(rope(x, {.positions = ints({1, 0})}), list(concat({rope(slice(x, {Slice{0, 1}}), {.offset = 1}), slice(x, {Slice{1, 2}})})),
              1e-15));
  CHECK(holds(rope(grid({1, 2}, {1, 0}), {.base = 2, .offset = 3}), {std::cos(3), std::sin(3)}, 1e-15));
  CHECK(rope(tensor({{1, 2}})).dtype() == f32);
}

TEST_CASE("rope: lengths stay, and a product depends on the distance only") {
  const RopePairs pairs = GENERATE(RopePairs::interleaved, RopePairs::halves);
  const Tensor q = drawn({1, 8}, 5), k = drawn({1, 8}, 6);
  CHECK(holds(norm2(rope(q, {.pairs = pairs, .offset = 1000})), list(norm2(q)), 1e-14));
  const auto product = [&](Index m, Index n) {
    return sum(rope(q, {.pairs = pairs, .offset = m}) * rope(k, {.pairs = pairs, .offset = n})).item<double>();
  };
  CHECK(product(7, 3) == Approx(product(104, 100)).epsilon(1e-12));
  CHECK_THAT(([&](const Tensor& at) { return sum(square(rope(at, {.pairs = pairs}) * at)); }),
             has_right_gradient_at(drawn({2, 3, 4}, 7), {.order = 2}));
}

TEST_CASE("rope: mistakes") {
  CHECK(sentence<ShapeError>([] { rope(zeros({2, 3})); }) == "rope: x is [2, 3]; it must be [..., n, width] with an even width");
  CHECK_THROWS_AS(rope(zeros({4})), ShapeError);
  CHECK(sentence<ShapeError>([] {
          rope(zeros({2, 4}), {.positions = ints({1, 2, 3})});
        }) == "rope: the positions are [3] for x [2, 4]; they must broadcast to [2]");
  CHECK(sentence<ValueError>([] { rope(zeros({2, 4}), {.base = 0}); }) == "rope: the base is 0.000000; it must be finite and above 0");
}

TEST_CASE("sinusoidal: sines and cosines of the position, ever slower") {
  const double a = 1 / std::sqrt(10000.0);
  CHECK(holds(sinusoidal(2, 4, {.dtype = f64}), {0, 1, 0, 1, std::sin(1), std::cos(1), std::sin(a), std::cos(a)}, 1e-15));
  CHECK(holds(sinusoidal(1, 3, {.base = 8, .offset = 5, .dtype = f64}), {std::sin(5), std::cos(5), std::sin(5 * std::pow(8, -2.0 / 3))},
              1e-15));
  CHECK(sinusoidal(3, 0).shape() == Shape{3, 0});
  CHECK(sinusoidal(0, 4).dtype() == f32);
  CHECK(sentence<ValueError>([] { sinusoidal(2, 4, {.base = -1}); }) == "sinusoidal: the base is -1.000000; it must be finite and above 0");
  CHECK(sentence<ShapeError>([] { sinusoidal(-2, 4); }) == "sinusoidal: a size is -2; it must be 0 or more");
}

TEST_CASE("alibi: falls with the distance, each head more gently") {
  CHECK(holds(alibi(2, 2, 3, {.dtype = f64}),
              {0, -0.0625, -0.125, -0.0625, 0, -0.0625, 0, -0.00390625, -0.0078125, -0.00390625, 0, -0.00390625}));
  CHECK(holds(alibi(1, 1, 2, {.offset = 1, .dtype = f64}), {-0.00390625, 0}));
  const Tensor three = alibi(3, 1, 2, {.dtype = f64});  // 2^-4, 2^-8, then the first of four
  CHECK(holds(slice(three, {Slice{}, 0, 1}), {-0.0625, -0.00390625, -0.25}));
  const auto [q, k, v] = inputs_of(2, 2);
  CHECK(attention(q, k, v, {.mask = slice(alibi(2, 2, 2), {0}), .causal = true}).shape() == Shape{2, 2});
  CHECK(sentence<ValueError>([] { alibi(0, 2, 2); }) == "alibi: 0 heads; there must be at least 1");
  CHECK(sentence<ShapeError>([] { alibi(1, 2, -2); }) == "alibi: a size is -2; it must be 0 or more");
}
