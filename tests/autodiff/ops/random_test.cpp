#include <descent/tests/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

struct Moments {
  double mean = 0, variance = 0, least = 0, greatest = 0;
};

Moments moments(const Tensor& x) {
  const std::vector<double> v = list(x);
  const double n = static_cast<double>(v.size());
  Moments m;
  m.mean = std::accumulate(v.begin(), v.end(), 0.0) / n;
  for (const double e : v) m.variance += (e - m.mean) * (e - m.mean) / n;
  m.least = *std::min_element(v.begin(), v.end());
  m.greatest = *std::max_element(v.begin(), v.end());
  return m;
}

/// The numbers of a generator of seed 42 after `draws` others.
Rng after(int draws) {
  Rng rng(42);
  rng.counter = Buffer(Number::of(draws).as(i64));
  return rng;
}

constexpr Index many = 100'000;  // the standard error of a mean of unit variance is 0.0032

}  // namespace

// Golden numbers: kept from the first release on, within a major version.

TEST_CASE("random: golden uniform numbers") {
  Rng rng = after(0);
  CHECK(uniform({10}, rng).to_vector<float>() == std::vector<float>{0.612959862F, 0.468586504F, 0.0732316971F, 0.340861499F, 0.987718642F,
                                                                    0.327063322F, 0.513906121F, 0.454315543F, 0.825866818F, 0.65831548F});
  CHECK(holds(uniform({10}, rng, -1, 1, f64),
              {-0.7475002915551614, 0.42322547558325629, 0.98297471745354104, -0.54862248520104417, -0.75437414310277084,
               -0.32095602320513494, 0.36115583736419232, -0.9371528275244696, 0.15676636388372867, 0.17490960016009138}));
}

TEST_CASE("random: golden normal numbers") {
  Rng rng = after(2);
  CHECK(normal({10}, rng).to_vector<float>() == std::vector<float>{-1.34570694F, -0.172050834F, -0.469482362F, -1.22755873F, 0.79839927F,
                                                                   -0.717422307F, -0.375255018F, -0.630957961F, -0.490295053F,
                                                                   0.625480473F});
  CHECK(holds(normal({10}, rng, 0, 1, f64),
              {-1.037230946771156, -0.7353249229925356, 0.017075692252912542, 2.0776434754716031, -0.34148233204045997,
               -0.31872197499313737, -0.52016289315807374, 0.62230091566269052, -0.52299805103417207, -1.7652766980660359}));
}

TEST_CASE("random: golden truncated normal numbers, bits, orders and keys") {
  Rng rng = after(4);
  CHECK(truncated_normal({10}, rng).to_vector<float>() == std::vector<float>{-0.714645863F, 1.49797904F, -1.81755471F, -0.989041209F,
                                                                             -0.930408955F, -1.17207325F, 1.94043767F, 0.319723994F,
                                                                             -0.463139802F, 0.221493959F});
  CHECK(holds(bernoulli({20}, rng, 0.3), {0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0}));
  CHECK(holds(permutation(10, rng), {5, 3, 6, 2, 8, 9, 7, 1, 0, 4}));
  const std::vector<Rng> parts = split(rng, 3);
  CHECK(parts[0].key.item<std::int64_t>() == 3465608022429726779);
  CHECK(parts[1].key.item<std::int64_t>() == -2640271129804547381);
  CHECK(parts[2].key.item<std::int64_t>() == 7362243264126350559);
}

TEST_CASE("random: ranges and moments") {
  Rng rng(1);
  for (const Dtype dtype : {f32, f64}) {
    const Moments u = moments(uniform({many}, rng, 2, 5, dtype));
    CHECK(u.mean == Approx(3.5).margin(0.01));
    CHECK(u.variance == Approx(0.75).margin(0.01));
    CHECK((u.least >= 2 && u.greatest < 5));
    const Moments z = moments(normal({many}, rng, -1, 2, dtype));
    CHECK(z.mean == Approx(-1).margin(0.025));
    CHECK(z.variance == Approx(4).margin(0.08));
    const Moments t = moments(truncated_normal({many}, rng, {.mean = 3, .deviation = 2, .dtype = dtype}));
    CHECK(t.mean == Approx(3).margin(0.025));
    CHECK(t.variance == Approx(4 * 0.7737).margin(0.05));
    CHECK((t.least >= -1 && t.greatest <= 7));
  }
  CHECK(moments(cast(bernoulli({many}, rng, 0.3), f64)).mean == Approx(0.3).margin(0.006));
}

TEST_CASE("random: ends of the ranges") {
  Rng rng(2);
  CHECK(moments(bernoulli({1000}, rng, 0)).greatest == 0);
  CHECK(moments(bernoulli({1000}, rng, 1)).least == 1);
  const Moments tight = moments(uniform({many}, rng, 1, 1 + 0x1p-22));  // four numbers of f32: rounding would reach the end
  CHECK((tight.least == 1 && tight.greatest < 1 + 0x1p-22));
  CHECK(holds(uniform({2}, rng, 3, 3), {3, 3}));
  CHECK(holds(normal({2}, rng, 3, 0), {3, 3}));
  CHECK(uniform({0}, rng).shape() == Shape{0});
  CHECK(uniform({}, rng).shape() == Shape{});
  const Moments narrow = moments(truncated_normal({1000}, rng, {.bound = 0.5}));
  CHECK((narrow.least >= -0.5 && narrow.greatest <= 0.5));
}

TEST_CASE("permutation: each number once, every order alike") {
  Rng rng(3);
  for (const Index n : {0, 1, 2, 1000}) {
    std::vector<Index> order = permutation(n, rng).to_vector<Index>();
    std::sort(order.begin(), order.end());
    for (Index i = 0; i < n; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
  std::array<int, 6> counts{};  // of the orders of three
  for (int i = 0; i < 6000; ++i) {
    const std::vector<Index> order = permutation(3, rng).to_vector<Index>();
    ++counts[static_cast<std::size_t>(2 * order[0] + (order[1] > order[2] ? 1 : 0))];
  }
  for (const int count : counts) CHECK(std::abs(count - 1000) < 130);  // 4.5 standard deviations
}

TEST_CASE("random: a generator is a value and each draw moves it on") {
  Rng rng(7);
  Rng copy = rng;
  const std::vector<double> first = list(uniform({4}, rng));
  CHECK(list(uniform({4}, copy)) == first);
  CHECK(list(uniform({4}, rng)) != first);
  CHECK(rng.counter.item<Index>() == 2);
  CHECK(copy.counter.item<Index>() == 1);
}

TEST_CASE("random: an element depends on its place, not on the size or the shape") {
  Rng a(7), b(7);
  const std::vector<double> few = list(normal({5}, a));
  const std::vector<double> more = list(normal({20, 5}, b));
  CHECK(std::equal(few.begin(), few.end(), more.begin()));
}

TEST_CASE("random: the same bits at any thread count") {
  const auto run = [](int threads) {
    const auto limit = kernels::set_threads(threads);
    Rng rng(9);
    std::vector<double> all = list(uniform({many}, rng, -3, 5));
    for (const Tensor& more : {normal({many}, rng, 1, 2), truncated_normal({many}, rng), bernoulli({many}, rng), permutation(many, rng)}) {
      const std::vector<double> numbers = list(more);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all;
  };
  const std::vector<double> one = run(1);
  for (const int threads : {2, 3, 7}) CHECK(run(threads) == one);
}

TEST_CASE("split: generators differ from each other, from their parent and from the next split's") {
  Rng rng(5);
  std::set<double> firsts{uniform({}, rng, 0, 1, f64).item<double>()};
  for (int round = 0; round < 2; ++round)
    for (Rng& part : split(rng, 10)) firsts.insert(uniform({}, part, 0, 1, f64).item<double>());
  CHECK(firsts.size() == 21);
  CHECK(rng.counter.item<Index>() == 3);
}

TEST_CASE("random: traced without values") {
  Rng rng(abstract_tensor({}, i64), abstract_tensor({}, i64));
  CHECK(abstract_of(normal({2, 3}, rng, 0, 1, f64)) == Abstract{{2, 3}, f64});
  CHECK(rng.counter.abstract());
  CHECK(split(rng, 2)[1].key.abstract());
}

TEST_CASE("random: mistakes leave the generator as it was") {
  Rng rng(1);
  CHECK(sentence<ValueError>([&] { uniform({2}, rng, 1, 0); }) ==
        "uniform: low 1.000000, high 0.000000; both must be finite and low at most high");
  CHECK(sentence<DtypeError>([&] { uniform({2}, rng, 0, 1, i32); }) == "uniform: dtype i32; it must be f32 or f64");
  CHECK(sentence<ValueError>([&] { normal({2}, rng, 0, -1); }) ==
        "normal: mean 0.000000 and standard deviation -1.000000; both must be finite and the deviation 0 or more");
  CHECK(sentence<ValueError>([&] { bernoulli({2}, rng, 1.5); }) == "bernoulli: probability 1.500000; it must lie in [0, 1]");
  CHECK(sentence<ValueError>([&] { bernoulli({2}, rng, std::nan("")); }) == "bernoulli: probability nan; it must lie in [0, 1]");
  CHECK(sentence<ValueError>([&] { truncated_normal({2}, rng, {.bound = 0.1}); }) ==
        "truncated_normal: bound 0.100000 deviations; it must be 0.5 or more");
  CHECK(sentence<ValueError>([&] { permutation(-1, rng); }) == "permutation: -1 numbers; the count must be 0 or more");
  CHECK(sentence<ValueError>([&] { split(rng, -1); }) == "split: -1 generators; the count must be 0 or more");
  CHECK(rng.counter.item<Index>() == 0);
  CHECK(sentence<DtypeError>([&] {
          call("uniform", {scalar(1), scalar(1)}, {{"shape", Shape{2}}});
        }) == "uniform: the key is f32 and the counter f32; both must be i64, as in an Rng");
  CHECK(sentence<ShapeError>([&] {
          call("uniform", {ints({1}), ints({1})}, {{"shape", Shape{2}}});
        }) == "uniform: the key is [1] and the counter [1]; both must be 0-d, as in an Rng");
}
