#include <descent/autodiff/tensor/create.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("Nested lists are rectangular and get their literals' dtype unless one is named") {
  CHECK(tensor({1, 2, 3}).dtype() == i32);
  CHECK(tensor({1.0, 2.0}).dtype() == f32);
  CHECK(tensor({true}).dtype() == boolean);
  CHECK(tensor({1, 2}, f64).dtype() == f64);
  CHECK(tensor({{{1, 2}}, {{3, 4}}}).shape() == Shape{2, 1, 2});
  CHECK_THROWS_WITH(tensor({{1.0, 2.0}, {3.0}}), "tensor: rows of 2 and of 1 elements; all rows must be equally long");
}

TEST_CASE("Ranges, as NumPy has them") {
  CHECK(arange(4).to_vector<Index>() == std::vector<Index>{0, 1, 2, 3});
  CHECK(arange(1.0, 2.0, 0.25, f64).to_vector<double>() == std::vector<double>{1, 1.25, 1.5, 1.75});
  CHECK(arange(3.0, 0.0, -1.5, f64).to_vector<double>() == std::vector<double>{3, 1.5});
  CHECK(arange(1.0, 0.0).numel() == 0);
  CHECK(linspace(0, 1, 5, f64).to_vector<double>() == std::vector<double>{0, 0.25, 0.5, 0.75, 1});
  CHECK(linspace(2, 3, 1, f64).to_vector<double>() == std::vector<double>{2});
  CHECK(eye(2, 3).to_vector<float>() == std::vector<float>{1, 0, 0, 0, 1, 0});
  CHECK_THROWS_AS(arange(0.0, 1.0, 0.0), ValueError);
  CHECK_THROWS_AS(arange(0.0, 1e300, 1e-10), ShapeError);
  CHECK_THROWS_AS(linspace(0, 1, -1), ValueError);
}

TEST_CASE("The same shape and dtype, filled") {
  const Tensor x = tensor({1, 2});
  CHECK(full_like(x, 7).to_vector<std::int32_t>() == std::vector<std::int32_t>{7, 7});
  CHECK(ones_like(x).dtype() == i32);
  CHECK(full_like(abstract_tensor({2, 3}, f64), 7).to_vector<double>() == std::vector<double>(6, 7.0));
}

TEST_CASE("Spans and vectors in; the counts must match") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  CHECK(from_span<double>(values, {2, 3}).dtype() == f64);
  CHECK(from_span<double>(values, {2, 3}, f32).dtype() == f32);
  CHECK(from_vector(values).shape() == Shape{6});
  CHECK(from_vector(std::vector<bool>{true, false}).dtype() == boolean);
  CHECK_THROWS_WITH(from_span<double>(values, {2, 2}), "from_span: 6 values for shape [2, 2], which has 4 elements");
}
