#include <descent/autodiff/tree/cast.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

struct Model {
  Tensor weight, steps, flags, absent;
  Buffer mean;
};

Model model() { return {full({2, 2}, 0.1), arange(3), ones({2}, boolean), {}, Buffer(ones({2}))}; }

}  // namespace

TEST_CASE("cast: floating leaves change their dtype, buffers included, the others do not") {
  const Model before = model();
  const Model after = tree::cast_values(before, f64);
  CHECK(after.weight.dtype() == f64);
  CHECK(after.weight.to_vector<double>()[3] == static_cast<double>(0.1F));
  CHECK(after.mean.dtype() == f64);
  CHECK(after.steps.same_as(before.steps));
  CHECK(after.flags.same_as(before.flags));
  CHECK(after.absent.absent());
  CHECK(tree::cast_values(before, f32).weight.same_as(before.weight));
}

TEST_CASE("cast: an abstract leaf stays abstract") {
  const Model after = tree::cast_values(Model{abstract_tensor({3}, f32), {}, {}, {}, {}}, f64);
  CHECK(abstract_of(after.weight) == Abstract{{3}, f64});
  CHECK(after.weight.abstract());
}

TEST_CASE("cast: another dtype than a floating one is an error") {
  CHECK_THROWS_MATCHES(tree::cast_values(model(), i32), DtypeError,
                       Catch::Message("cast_values: got i32; the floating leaves of a tree are cast to f32 or f64"));
}
