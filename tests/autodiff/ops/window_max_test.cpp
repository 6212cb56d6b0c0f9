#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const Tensor& x, const WindowList& list, const std::vector<double>& values, const std::vector<double>& indices) {
  const auto found = window_max(x, list);
  CHECK(holds(found.values, values));
  CHECK(holds(found.indices, indices));
}

}  // namespace

TEST_CASE("window_max finds the greatest of each window and where it is") {
  check(vec({3, 1, 4, 1, 5}), {{2}, {1}, {0, 2}, {2, 3}}, {3, 5}, {0, 4});
  check(vec({3, 1, 4, 1, 5}), {{2}, {2}, {-1, 0}, {3, 2}}, {1, 4}, {1, 2});  // taps in front of x are not there
  check(grid({2, 3}, {1, 2, 3, 6, 5, 4}), {{1, 2}, {1, 1}, {0, 0, 1}, {2, 2, 2}}, {6, 5}, {3, 4});
  check(ints({3, -1, 2}), {{1}, {1}, {0}, {3}}, {3}, {0});
  CHECK(window_max(ints({3}), {{1}, {1}, {0}, {1}}).values.dtype() == i64);
}

TEST_CASE("window_max at equal and at unequal distances is the same") {
  Rng rng(3);
  for (const Index windows : {4, 12}) {  // short rows and long ones
    const Tensor x = floor(uniform({2, 3, 7, 2 * windows + 1}, rng, 0, 6, f64));
    WindowList equal{{4, windows}, {1, 1}, {-1, 1, 3, 5}, {3, 3, 3, 3}};
    for (Index q = 0; q < windows; ++q) {
      equal.first.push_back(2 * q);
      equal.count.push_back(3);
    }
    WindowList unequal = equal;
    unequal.first[0] = 0, unequal.count[0] = 2;  // what is in front is not there
    unequal.count.back() = 4;                    // one tap more, behind the end
    const auto a = window_max(x, equal), b = window_max(x, unequal);
    CHECK(holds(a.values, list(b.values)));
    CHECK(holds(a.indices, list(b.indices)));
    const auto one = window_max(slice(x, {1, 2}), equal);
    CHECK(holds(one.values, list(slice(a.values, {1, 2}))));
  }
}

TEST_CASE("window_max: ties, NaN and -infinity") {
  const WindowList whole{{1}, {1}, {0}, {3}}, pairs{{2}, {1}, {0, 1}, {2, 2}};
  check(vec({1, 2, 2}), whole, {2}, {1});
  check(vec({1, not_a_number, not_a_number}), whole, {not_a_number}, {1});
  check(vec({-infinity, -infinity, -infinity}), whole, {-infinity}, {0});
  check(vec({-infinity, -infinity, -infinity}), pairs, {-infinity, -infinity}, {0, 1});
  check(vec({not_a_number, infinity, 1}), pairs, {not_a_number, infinity}, {0, 1});
  CHECK(holds(slope([&](const Tensor& x) { return window_max(x, pairs).values; }, vec({1, 3, 2})), {0, 2, 0}));
  CHECK(holds(slope([&](const Tensor& x) { return window_max(x, whole).values; }, vec({2, 2, 1})), {1, 0, 0}));
}

TEST_CASE("window_max says what does not fit") {
  CHECK(sentence<ValueError>([] {
          window_max(zeros({3}), {{1}, {1}, {3}, {2}});
        }) == "window_max: window 0 of spatial axis 0 has 2 taps from 3 on, 1 apart; one must be within the axis of 3");
  CHECK(sentence<ValueError>([] {
          window_max(zeros({1}), {{1}, {3}, {-1}, {2}});
        }) == "window_max: window 0 of spatial axis 0 has 2 taps from -1 on, 3 apart; one must be within the axis of 1");
  CHECK(sentence<ShapeError>([] {
          window_max(zeros({3}), {{1, 1}, {1, 1}, {0, 0}, {1, 1}});
        }) == "window_max: windows on 2 axes of [3]; there must be 1 to 3, and x must have them");
  CHECK(sentence<ShapeError>([] {
          window_max(zeros({3}), {{2}, {1}, {0}, {1}});
        }) == "window_max: 1 dilations, 1 first taps and 1 counts for 2 windows on 1 axes; give one of each");
  CHECK(sentence<ValueError>([] {
          window_max(zeros({3}), {{1}, {0}, {0}, {1}});
        }) == "window_max: the dilation is 0; it must be at least 1");
}
