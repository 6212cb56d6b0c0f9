#include <descent/autodiff/kernels/pointwise.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

/// The element of `shape` that position i of `out` reads, by the book.
Index position_in(const Shape& shape, const Shape& out, Index i) {
  Index position = 0, stride = 1;
  for (int axis = 0; axis < out.rank(); ++axis) {
    const Index coordinate = i % out.back(axis);
    i /= out.back(axis);
    if (axis >= shape.rank()) continue;
    if (shape.back(axis) != 1) position += coordinate * stride;
    stride *= shape.back(axis);
  }
  return position;
}

/// out = a - 2 b by map, for any shapes.
std::vector<float> mapped(const Shape& out, const Shape& a_shape, const std::vector<float>& a, const Shape& b_shape,
                          const std::vector<float>& b) {
  Operand operands[2];
  const Shape* shapes[] = {&a_shape, &b_shape};
  Space space;
  collapse(out, shapes, space, operands);
  operands[0].data = a.data(), operands[1].data = b.data();
  auto y = padded<float>(out.numel());
  map<PlainLanes, float, float, float>(space, y.data(), operands, [](const auto& x, const auto& z) { return x - 2 * z; });
  return y;
}

void check_broadcast(const Shape& a_shape, const Shape& b_shape) {
  const Shape out = broadcast("test", a_shape, b_shape);
  INFO(to_string(a_shape) << " with " << to_string(b_shape));
  const auto a = random_values<float>(a_shape.numel(), 1), b = random_values<float>(b_shape.numel(), 2);
  const auto y = mapped(out, a_shape, a, b_shape, b);
  bool right = true;
  for (Index i = 0; i < out.numel(); ++i) {
    const auto at = [&](const Shape& s, const std::vector<float>& x) { return x[static_cast<std::size_t>(position_in(s, out, i))]; };
    right &= y[static_cast<std::size_t>(i)] == at(a_shape, a) - 2 * at(b_shape, b);
  }
  CHECK(right);
  bool untouched = true;
  for (std::size_t i = 0; i < 16; ++i) untouched &= std::isnan(y[static_cast<std::size_t>(out.numel()) + i]);
  CHECK(untouched);
}

}  // namespace

TEST_CASE("collapse merges what can be merged") {
  const Shape out{2, 3, 4, 5}, full{2, 3, 4, 5}, row{4, 5}, column{2, 3, 1, 1}, scalar{};
  Operand operands[2];
  const auto collapsed = [&](const Shape& a, const Shape& b) {
    const Shape* shapes[] = {&a, &b};
    Space space;
    collapse(out, shapes, space, operands);
    return space;
  };
  CHECK(collapsed(full, scalar).rank == 1);
  CHECK(operands[0].strides[0] == 1);
  CHECK(operands[1].strides[0] == 0);
  const Space rows = collapsed(full, row);
  CHECK(rows.rank == 2);
  CHECK(rows.sizes[0] == 6);
  CHECK(rows.sizes[1] == 20);
  CHECK(operands[1].strides[0] == 0);
  CHECK(collapsed(column, row).rank == 2);
  CHECK(operands[0].strides[0] == 1);
  CHECK(operands[0].strides[1] == 0);
}

TEST_CASE("map broadcasts as NumPy does") {
  check_broadcast({7}, {7});
  check_broadcast({}, {});
  check_broadcast({1, 1}, {});
  check_broadcast({5, 1}, {1, 33});
  check_broadcast({4, 3, 17}, {3, 1});
  check_broadcast({4, 3, 17}, {4, 1, 17});
  check_broadcast({2, 1, 3, 1, 5}, {6, 1, 4, 1});
  check_broadcast({0, 3}, {3});
  check_broadcast({1, 0}, {4, 1});
  check_broadcast({300, 333}, {333});
  check_broadcast({300, 333}, {300, 1});
  check_broadcast({2, 2, 2, 2, 2, 2, 2, 2}, {2, 1, 2, 1, 2, 1, 2});
  std::mt19937 bits(4);
  for (int i = 0; i < 100; ++i) {
    Index a[5], b[5];
    for (int axis = 0; axis < 5; ++axis) {
      const Index size = static_cast<Index>(bits() % 5 + 1);
      a[axis] = bits() % 3 == 0 ? 1 : size;
      b[axis] = bits() % 3 == 0 ? 1 : size;
    }
    const auto rank = bits() % 6;
    check_broadcast(Shape(std::span<const Index>(a, 5)), Shape(std::span<const Index>(b + 5 - rank, rank)));
  }
}

TEST_CASE("map takes masks and gives masks") {
  const Index n = 1000;
  auto chosen = random_values<std::uint8_t>(n, 1);
  const auto x = random_values<double>(n, 2), y = random_values<double>(n, 3);
  const Shape shape{n};
  const Shape* shapes[] = {&shape, &shape, &shape};
  Operand operands[3];
  Space space;
  collapse(shape, shapes, space, operands);
  operands[0].data = chosen.data(), operands[1].data = x.data(), operands[2].data = y.data();
  auto z = padded<double>(n);
  map<PlainLanes, double, MaskOf<double>, double, double>(space, z.data(), operands,
                                                          [](const auto& m, const auto& a, const auto& b) { return where(m, a, b); });
  auto less = padded<std::uint8_t>(n);
  map<PlainLanes, std::uint8_t, double, double>(space, less.data(), operands + 1, [](const auto& a, const auto& b) { return a < b; });
  auto flipped = padded<std::uint8_t>(n);
  map<PlainLanes, std::uint8_t, std::uint8_t>(space, flipped.data(), operands, [](const auto& a) { return !a; });
  bool right = true;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    right &= z[i] == (chosen[i] != 0 ? x[i] : y[i]);
    right &= less[i] == (x[i] < y[i]);
    right &= flipped[i] == 1 - chosen[i];
  }
  CHECK(right);
}

TEST_CASE("map writes over an operand of the same shape, in place, on any number of threads") {
  for (const int n : {1, 2, 3, 7}) {
    const auto some = set_threads(n);
    const Shape shape{999, 333}, row{333};
    auto x = random_values<float>(shape.numel(), 1);
    const auto first = x, added = random_values<float>(333, 2);
    const Shape* shapes[] = {&shape, &row};
    Operand operands[2];
    Space space;
    collapse(shape, shapes, space, operands);
    operands[0].data = x.data(), operands[1].data = added.data();
    map<PlainLanes, float, float, float>(space, x.data(), operands, [](const auto& a, const auto& b) { return a + b; });
    bool right = true;
    for (std::size_t i = 0; i < first.size() - 16; ++i) right &= x[i] == first[i] + added[i % 333];
    CHECK(right);
  }
}

TEST_CASE("an operand of one element needs no padding, and a result gets no more than its elements") {
  const auto x = std::make_unique<float>(3.0F), y = std::make_unique<float>(0.0F);  // what reads or writes past them shows under ASan
  const Shape scalar;
  const Shape* shapes[] = {&scalar};
  Operand operand[1];
  Space space;
  collapse(scalar, shapes, space, operand);
  operand[0].data = x.get();
  map<PlainLanes, float, float>(space, y.get(), operand, [](const auto& a) { return a * a; });
  CHECK(*y == 9);
}

TEST_CASE("an element's result depends neither on its position nor on the length") {
  const auto check = [](const char* name, auto f) {
    INFO(name);
    bool same = true;
    float expected = 0;
    for (Index n = 1; n <= 64; ++n) {
      auto x = padded<float>(n);
      std::fill(x.begin(), x.begin() + n, 0.7390851F);
      const Shape shape{n};
      const Shape* shapes[] = {&shape};
      Operand operand[1];
      Space space;
      collapse(shape, shapes, space, operand);
      operand[0].data = x.data();
      auto y = padded<float>(n);
      map<PlainLanes, float, float>(space, y.data(), operand, f);
      if (n == 1) expected = y[0];
      for (Index i = 0; i < n; ++i) same &= same_bits(&y[static_cast<std::size_t>(i)], &expected, 1);
    }
    CHECK(same);
  };
#define SAME_EVERYWHERE(f) check(#f, [](const auto& x) { return f(x); })
  SAME_EVERYWHERE(exp);
  SAME_EVERYWHERE(expm1);
  SAME_EVERYWHERE(log);
  SAME_EVERYWHERE(log1p);
  SAME_EVERYWHERE(sqrt);
  SAME_EVERYWHERE(sin);
  SAME_EVERYWHERE(cos);
  SAME_EVERYWHERE(tan);
  SAME_EVERYWHERE(tanh);
  SAME_EVERYWHERE(sigmoid);
  SAME_EVERYWHERE(erf);
  SAME_EVERYWHERE(cbrt);
  SAME_EVERYWHERE(lgamma);
}
