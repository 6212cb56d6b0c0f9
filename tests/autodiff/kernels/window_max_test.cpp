#include <descent/autodiff/kernels/window_max.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

struct Axis {
  Index in, dilation;
  std::vector<Index> first, count;

  WindowAxis view() const { return {in, static_cast<Index>(first.size()), dilation, first.data(), count.data()}; }
  bool has(Index q, Index j) const {
    const Index at = first[static_cast<std::size_t>(q)] + j * dilation;
    return at >= 0 && at < in;
  }
};

/// The first that is greater than all before it in the window, or the first NaN.
template <class T> void check(Index planes, const Axis (&axes)[3]) {
  const Index size = axes[0].in * axes[1].in * axes[2].in;
  std::vector<T> x = random_values<T>(planes * size, 5);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<T>(static_cast<int>(x[i] * 2));  // many ties
    if (std::numeric_limits<T>::has_quiet_NaN && i % 17 == 3) x[i] = std::numeric_limits<T>::quiet_NaN();
    if (std::numeric_limits<T>::has_infinity && i % 5 == 2) x[i] = -std::numeric_limits<T>::infinity();
  }
  std::vector<T> values;
  std::vector<std::int64_t> indices;
  const auto windows = [](const Axis& a) { return static_cast<Index>(a.first.size()); };
  const auto taps = [](const Axis& a, Index q) { return a.count[static_cast<std::size_t>(q)]; };
  const auto at = [](const Axis& a, Index q, Index j) { return a.first[static_cast<std::size_t>(q)] + j * a.dilation; };
  for (Index p = 0; p < planes; ++p)
    for (Index q0 = 0; q0 < windows(axes[0]); ++q0)
      for (Index q1 = 0; q1 < windows(axes[1]); ++q1)
        for (Index q2 = 0; q2 < windows(axes[2]); ++q2) {
          Index place = -1;
          for (Index j0 = 0; j0 < taps(axes[0], q0); ++j0)
            for (Index j1 = 0; j1 < taps(axes[1], q1); ++j1)
              for (Index j2 = 0; j2 < taps(axes[2], q2); ++j2) {
                if (!axes[0].has(q0, j0) || !axes[1].has(q1, j1) || !axes[2].has(q2, j2)) continue;
                const Index e = (at(axes[0], q0, j0) * axes[1].in + at(axes[1], q1, j1)) * axes[2].in + at(axes[2], q2, j2);
                const T* plane = x.data() + p * size;
                if (place < 0 || (plane[place] == plane[place] && (plane[e] > plane[place] || plane[e] != plane[e]))) place = e;
              }
          indices.push_back(place);
          values.push_back(x[static_cast<std::size_t>(p * size + place)]);
        }
  for (const int threads : {1, 2, 3, 7}) {
    const auto scope = set_threads(threads);
    std::vector<T> got(values.size());
    std::vector<std::int64_t> where(values.size());
    window_max<T>(planes, {axes[0].view(), axes[1].view(), axes[2].view()}, x.data(), got.data(), where.data());
    REQUIRE(where == indices);
    REQUIRE(same_bits(got.data(), values.data(), static_cast<Index>(values.size())));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("window_max finds the first greatest, on any number of threads", "", float, double, std::int32_t, std::int64_t,
                   std::uint8_t) {
  std::mt19937 bits(11);
  const auto any = [&](Index low, Index high) { return low + static_cast<Index>(bits() % static_cast<unsigned>(high - low + 1)); };
  for (int round = 0; round < 150; ++round) {
    Axis axes[3];
    for (Axis& axis : axes) {
      axis = {any(1, &axis == axes + 2 ? 40 : 6), any(1, 3), {}, {}};
      const Index step = any(1, 3), taps = any(1, 4), before = any(0, (taps - 1) * axis.dilation);
      const bool alike = any(0, 2) > 0;
      const auto there = [&](Index first, Index count) {
        for (Index j = 0; j < count; ++j)
          if (first + j * axis.dilation >= 0 && first + j * axis.dilation < axis.in) return true;
        return false;
      };
      for (Index q = 0; q < 30; ++q) {
        const Index first = alike ? q * step - before : any(-2, axis.in - 1), count = alike ? taps : any(1, 5);
        if (there(first, count)) axis.first.push_back(first), axis.count.push_back(count);
        else if (alike) break;
      }
      if (axis.first.empty()) axis.first = {0}, axis.count = {taps};
    }
    check<TestType>(any(1, 3), axes);
  }
}

TEST_CASE("window_max of no plane and no window does nothing") {
  const Axis one{3, 1, {0}, {2}}, none{3, 1, {}, {}};
  window_max<float>(0, {one.view(), one.view(), one.view()}, nullptr, nullptr, nullptr);
  window_max<float>(2, {one.view(), none.view(), one.view()}, nullptr, nullptr, nullptr);
}
