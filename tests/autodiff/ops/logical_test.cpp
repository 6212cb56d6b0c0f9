#include <descent/tests/catch.hpp>

#include <vector>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;

namespace {

using Bits = std::vector<bool>;
Bits bits(const Tensor& x) { return x.to_vector<bool>(); }

}  // namespace

TEST_CASE("logical: truth tables, as functions and as operators") {
  const Tensor x = tensor({false, false, true, true}), y = tensor({false, true, false, true});
  CHECK(bits(logical_and(x, y)) == Bits{false, false, false, true});
  CHECK(bits(logical_or(x, y)) == Bits{false, true, true, true});
  CHECK(bits(logical_xor(x, y)) == Bits{false, true, true, false});
  CHECK(bits(logical_not(x)) == Bits{true, true, false, false});
  CHECK(bits(x & y) == bits(logical_and(x, y)));
  CHECK(bits(x | y) == bits(logical_or(x, y)));
  CHECK(bits(x ^ y) == bits(logical_xor(x, y)));
  CHECK(bits(!x) == bits(logical_not(x)));
}

TEST_CASE("logical: any dtype goes in, bool comes out") {
  const Tensor numbers = tensor({0.0, 0.25, -3.0});
  CHECK(logical_not(numbers).dtype() == boolean);
  CHECK(bits(!numbers) == Bits{true, false, false});
  CHECK(bits(numbers & tensor({1, 2, 0})) == Bits{false, true, false});
  CHECK(bits(numbers | true) == Bits{true, true, true});
}

TEST_CASE("logical: masks of comparisons combine and broadcast") {
  const Tensor n = arange(6);
  CHECK(bits((n > 1) & (n < 4)) == Bits{false, false, true, true, false, false});
  CHECK(logical_and(ones({3, 1}), zeros({2})).shape() == Shape{3, 2});
}
