#include <descent/autodiff/tensor/tensor.hpp>

#include <limits>
#include <thread>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("A tensor is a handle: copies share, values are read back in any type") {
  const Tensor x = tensor({{1.5, 2.0}, {-3.0, 4.0}});
  const Tensor y = x;
  CHECK(y.same_as(x));
  CHECK(x.shape() == Shape{2, 2});
  CHECK(x.dtype() == f32);
  CHECK(x.data<float>()[2] == -3.0F);
  CHECK(x.to_vector<double>() == std::vector<double>{1.5, 2, -3, 4});
  CHECK(x.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 2, -3, 4});
  CHECK(scalar(2.5, f64).item<float>() == 2.5F);
  CHECK(x.size(-1) == 2);
}

TEST_CASE("An absent tensor is no tensor, and says so") {
  const Tensor none;
  CHECK(none.absent());
  CHECK_THROWS_WITH(none.shape(), "shape: the tensor is absent (default-constructed); give it a value first, or ask present()");
  CHECK_THROWS_AS(none + 1.0, ValueError);
}

TEST_CASE("Reading as another type, or more than one element as one") {
  const Tensor x = tensor({1.0, 2.0});
  CHECK_THROWS_WITH(x.data<double>(), "data: the tensor holds f32, asked for f64; cast it first or use to_vector, which converts");
  CHECK_THROWS_WITH(x.item<float>(), "item: the shape is [2]; item needs exactly one element, use to_vector");
  CHECK_THROWS_AS(x.size(1), IndexError);
}

TEST_CASE("Zero-size and 0-d tensors are tensors") {
  CHECK(zeros({0, 3}).numel() == 0);
  CHECK(zeros({0, 3}).to_vector<float>().empty());
  CHECK(scalar(1).rank() == 0);
  CHECK(sum(zeros({0, 3})).item<float>() == 0.0F);
  CHECK(sum(zeros({0, 3}), 1).shape() == Shape{0});
}

TEST_CASE("Elements are 64-byte aligned from two on") {
  for (const Index n : {2, 3, 16, 100, 10'000}) CHECK(reinterpret_cast<std::uintptr_t>(zeros({n}).data<float>().data()) % 64 == 0);
}

TEST_CASE("The memory of a last reference is reused, that of a named tensor is not") {
  const Tensor x = ones({1000});
  Tensor y = x + 1.0;
  const float* memory = y.data<float>().data();
  y = std::move(y) * 2.0;
  CHECK(y.data<float>().data() == memory);
  const Tensor z = y * 2.0;
  CHECK(z.data<float>().data() != memory);
  CHECK(y.to_vector<float>()[0] == 4.0F);
}

TEST_CASE("A tensor may be freed on another thread than made it") {
  std::vector<Tensor> made;
  for (int i = 0; i < 1000; ++i) made.push_back(full({i % 50 + 1}, i));
  std::thread([moved = std::move(made)]() mutable { moved.clear(); }).join();
  CHECK(full({7}, 3).to_vector<float>() == std::vector<float>(7, 3.0F));
}

TEST_CASE("The promotion table") {
  const Dtype all[] = {boolean, i32, i64, f32, f64};
  for (const Dtype a : all)
    for (const Dtype b : all) CHECK(maximum(zeros({1}, a), zeros({1}, b)).dtype() == promote(a, b));
  CHECK((2.0 * zeros({1}, f64)).dtype() == f64);
  CHECK((2.0 * zeros({1}, f32)).dtype() == f32);
  CHECK((2.5 * zeros({1}, i64)).dtype() == f32);
  CHECK((2 * zeros({1}, i64)).dtype() == i64);
  CHECK((zeros({1}, i32) / zeros({1}, i32)).dtype() == f32);
}

TEST_CASE("Tensors print as NumPy's do") {
  CHECK(to_string(tensor({{1.0, -2.5}, {3.0, 10.0}})) == "[[   1, -2.5],\n [   3,   10]] f32[2, 2]");
  CHECK(to_string(scalar(0.1, f64)) == "0.1 f64[]");
  CHECK(to_string(tensor({true, false})) == "[ true, false] bool[2]");
  CHECK(to_string(zeros({2000})).find("[0, 0, 0, ..., 0, 0, 0] f32[2000]") == 0);
  CHECK(to_string(zeros({0, 3})) == "[] f32[0, 3]");
  CHECK(to_string(Tensor()) == "absent");
  CHECK(to_string(abstract_tensor({3}, i64)) == "abstract i64[3]");
}

TEST_CASE("A NaN is printed as nan, whatever its sign") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(to_string(tensor({nan, -nan}, f64)) == "[nan, nan] f64[2]");
}
