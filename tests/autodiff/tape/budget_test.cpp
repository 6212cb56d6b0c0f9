#include <descent/autodiff/tape/budget.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

constexpr Index kWide = 2048;
constexpr Index kBytes = kWide * 8;  // of one value
const Tensor kX = linspace(-1, 1, kWide, f64);
const Tensor kW = linspace(0.5, 1.5, kWide, f64);

/// A chain with side branches and calls whose results no rule reads.
Tensor chain(const Tensor& x, const Tensor& w, int steps) {
  Tensor h = x;
  for (int i = 0; i < steps; ++i) h = tanh(w * h + x - 0.25) + 0.5 * h;
  return mean(square(h));
}

struct Taken {
  std::vector<Tensor> slopes;
  TapeStats before, after;
  Index peak;
};

/// Slopes of the chain on a tape with a limit (none: -1), and what they took.
Taken taken(int steps, Index limit, int sweeps = 1) {
  Taken result;
  storage::reset_peak_bytes();
  const Index alive = storage::live_bytes();
  Tape tape;
  if (limit >= 0) tape.limit(limit);
  const Tensor x = tape.watch(kX), w = tape.watch(kW);
  const Tensor cost = chain(x, w, steps);
  result.before = tape.stats();
  const Tensor by[] = {x, w};
  for (int i = 0; i < sweeps; ++i) result.slopes = tape.gradient(cost, by);
  result.after = tape.stats();
  result.peak = storage::peak_bytes() - alive;
  return result;
}

void require_same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(a[i].to_vector<double>() == b[i].to_vector<double>());
}

}  // namespace

TEST_CASE("budget: the same bits in a fraction of the memory") {
  const Taken whole = taken(200, -1);
  const Taken few = taken(200, 24 * kBytes);
  require_same_bits(few.slopes, whole.slopes);
  CHECK(whole.after.calls_again == 0);
  CHECK(few.after.calls_again > 0);
  CHECK(few.before.bytes_kept < 24 * kBytes + 1024);  // and the constants
  CHECK(whole.before.bytes_kept > 300 * kBytes);
  CHECK(few.peak < whole.peak / 8);
}

TEST_CASE("budget: nothing is computed again where all fits") {
  const Taken roomy = taken(20, 1000 * kBytes);
  CHECK(roomy.after.calls_again == 0);
  require_same_bits(roomy.slopes, taken(20, -1).slopes);
}

TEST_CASE("budget: a long chain in little room costs a few forward runs") {
  const Taken whole = taken(3000, -1);
  const Taken few = taken(3000, 100 * kBytes);
  require_same_bits(few.slopes, whole.slopes);
  CHECK(few.after.calls_again < 6 * whole.after.entries);
}

TEST_CASE("budget: with no room at all each rule has its inputs computed again") {
  require_same_bits(taken(12, 0).slopes, taken(12, -1).slopes);
}

TEST_CASE("budget: a tape may be asked again, and cleared") {
  require_same_bits(taken(100, 20 * kBytes, 3).slopes, taken(100, -1).slopes);
  Tape tape;
  tape.limit(4 * kBytes);
  tape.watch(kX);
  tape.clear();
  const Tensor x = tape.watch(kX);
  const Tensor cost = chain(x, kW, 50);
  CHECK(tape.stats().bytes_kept < 6 * kBytes);
  const std::vector<Tensor> slope = {tape.gradient(cost, x)};
  CHECK(tape.stats().calls_again > 0);
  require_same_bits(slope, {taken(50, -1).slopes[0]});
}

TEST_CASE("budget: several results, random numbers and recorded functions come out as they were") {
  const auto cost = [](const Tensor& x) {
    Tensor h = reshape(x, {32, 64});
    Rng rng(7);
    for (int i = 0; i < 6; ++i) {
      const auto [value, index] = topk(h, 64);
      h = 0.9 * where(bernoulli(h.shape(), rng), value, tanh(h));
      h = checkpoint([](const Tensor& z) { return sin(z) * z; })(h);
    }
    return sum(h);
  };
  Tape tape;
  tape.limit(2 * kBytes);
  const Tensor x = tape.watch(kX);
  const Tensor slope = tape.gradient(cost(x), x);
  CHECK(tape.stats().calls_again > 0);
  require_same_bits({slope}, {grad(cost)(kX)});
}

TEST_CASE("budget: under another tape, and in vmap") {
  const auto slope = [](const Tensor& x, Index limit) {
    Tape tape;
    if (limit > 0) tape.limit(limit);
    const Tensor watched = tape.watch(x);
    return tape.gradient(chain(watched, kW, 30), watched);
  };
  const auto curvature = [&](Index limit) { return grad([&](const Tensor& x) { return sum(kW * slope(x, limit)); })(kX); };
  CHECK(max(abs(curvature(4 * kBytes) - curvature(0))).item<double>() < 1e-12 * max(abs(curvature(0))).item<double>());
  const Tensor xs = stack({kX, kW});
  const auto each = [&](Index limit) { return vmap([&](const Tensor& x) { return slope(x, limit); })(xs); };
  require_same_bits({each(4 * kBytes)}, {each(0)});
}

TEST_CASE("budget: a limit is set on a fresh reverse tape") {
  Tape tape;
  CHECK_THROWS_AS(tape.limit(-1), ValueError);
  tape.watch(kX);
  CHECK_THROWS_AS(tape.limit(1000), TapeError);
  CHECK_THROWS_AS(Tape(Purpose::forward).limit(1000), TapeError);
  CHECK_THROWS_AS(Tape(Purpose::program).limit(1000), TapeError);
}
