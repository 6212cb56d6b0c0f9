#include <descent/data/generate.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/data/draws.hpp>

namespace descent::inline v1::data {
namespace {

constexpr double kPi = std::numbers::pi;

enum Kind : std::uint64_t { kLine = 1, kXor, kMoons, kCircles, kSpirals, kBlobs, kBlobCentres };

/// The shortest text that reads back as the number.
std::string number_text(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

void require_at_least(const char* who, const char* what, Index got, Index least) {
  if (got < least)
    throw ValueError(std::string(who) + ": " + what + " is " + std::to_string(got) + "; it must be " + std::to_string(least) + " or more");
}

void require_spread(const char* who, const char* what, double got) {
  if (!(got >= 0 && std::isfinite(got)))
    throw ValueError(std::string(who) + ": " + what + " is " + number_text(got) + "; it must be finite and 0 or more");
}

struct Point {
  double x, y;
};

Point polar(double radius, double angle) { return {radius * std::cos(angle), radius * std::sin(angle)}; }

std::vector<std::string> numbered(Index classes) {
  std::vector<std::string> names;
  for (Index i = 0; i < classes; ++i) names.push_back(std::to_string(i));
  return names;
}

/// What all sets of classes in the plane share: turns, noise and seed. `place(class, draws)` gives a row's point before noise.
struct Plane {
  const char* who;
  Kind kind;
  Index rows;
  Index classes;
  double noise;
  std::uint64_t seed;

  template <class Place> Dataset fill(Place place) const {
    require_at_least(who, "rows", rows, 0);
    require_spread(who, "noise", noise);
    std::vector<float> inputs;
    std::vector<std::int64_t> targets;
    for (Index row = 0; row < rows; ++row) {
      Draws draws(seed, kind, row);
      const Index turn = row % classes;
      const Point point = place(turn, draws);
      inputs.push_back(static_cast<float>(point.x + noise * draws.normal()));
      inputs.push_back(static_cast<float>(point.y + noise * draws.normal()));
      targets.push_back(turn);
    }
    return {from_span<float>(inputs, {rows, 2}), from_vector(targets), numbered(classes)};
  }
};

}  // namespace

Dataset line(const LineOptions& o) {
  require_at_least("line", "rows", o.rows, 0);
  require_spread("line", "noise", o.noise);
  std::vector<float> inputs;
  std::vector<float> targets;
  for (Index row = 0; row < o.rows; ++row) {
    Draws draws(o.seed, kLine, row);
    const double x = draws.uniform(-1, 1);
    inputs.push_back(static_cast<float>(x));
    targets.push_back(static_cast<float>(o.slope * x + o.intercept + o.noise * draws.normal()));
  }
  return {from_span<float>(inputs, {o.rows, 1}), from_span<float>(targets, {o.rows, 1}), {}};
}

Dataset xor_gate(const XorOptions& o) {
  // The corners (0, 0), (0, 1), (1, 0), (1, 1) in turn: four places, two classes.
  Dataset set = Plane{"xor_gate", kXor, o.rows, 4, o.noise, o.seed}.fill([](Index corner, Draws&) {
    return Point{static_cast<double>(corner / 2), static_cast<double>(corner % 2)};
  });
  std::vector<std::int64_t> differ = set.targets.to_vector<std::int64_t>();
  for (std::int64_t& corner : differ) corner = corner == 1 || corner == 2;
  return {set.inputs, from_vector(differ), {"equal", "different"}};
}

Dataset moons(const MoonOptions& o) {
  return Plane{"moons", kMoons, o.rows, 2, o.noise, o.seed}.fill([](Index moon, Draws& draws) {
    const auto [x, y] = polar(1, draws.uniform(0, kPi));
    return moon == 0 ? Point{x, y} : Point{1 - x, 0.5 - y};
  });
}

Dataset circles(const CircleOptions& o) {
  if (!(o.inner > 0 && o.inner < 1)) throw ValueError("circles: inner is " + number_text(o.inner) + "; it must lie in (0, 1)");
  return Plane{"circles", kCircles, o.rows, 2, o.noise, o.seed}.fill(
      [&](Index circle, Draws& draws) { return polar(circle == 0 ? 1 : o.inner, draws.uniform(0, 2 * kPi)); });
}

Dataset spirals(const SpiralOptions& o) {
  require_at_least("spirals", "arms", o.arms, 1);
  return Plane{"spirals", kSpirals, o.rows, o.arms, o.noise, o.seed}.fill([&](Index arm, Draws& draws) {
    const double along = std::sqrt(draws.uniform(0.01, 1));  // evenly dense along the arm, nearly
    return polar(along, 2 * kPi * (o.turns * along + static_cast<double>(arm) / static_cast<double>(o.arms)));
  });
}

Dataset blobs(const BlobOptions& o) {
  require_at_least("blobs", "rows", o.rows, 0);
  require_at_least("blobs", "classes", o.classes, 1);
  require_at_least("blobs", "dimensions", o.dimensions, 1);
  require_spread("blobs", "spread", o.spread);
  std::vector<float> inputs;
  std::vector<std::int64_t> targets;
  for (Index row = 0; row < o.rows; ++row) {
    const Index blob = row % o.classes;
    Draws centre(o.seed, kBlobCentres, blob);  // drawn anew for every row: the same numbers each time
    Draws around(o.seed, kBlobs, row);
    for (Index i = 0; i < o.dimensions; ++i) inputs.push_back(static_cast<float>(centre.uniform(-1, 1) + o.spread * around.normal()));
    targets.push_back(blob);
  }
  return {from_span<float>(inputs, {o.rows, o.dimensions}), from_vector(targets), numbered(o.classes)};
}

}  // namespace descent::inline v1::data
