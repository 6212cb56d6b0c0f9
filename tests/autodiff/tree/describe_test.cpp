#include <descent/autodiff/tree/describe.hpp>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("describe: a line for each leaf, and the sums") {
  struct Linear {
    Tensor weight, bias;
  };
  struct Model {
    Linear hidden;
    Tensor absent;
    Buffer mean;
  };
  CHECK(tree::describe(Model{{ones({64, 8}), ones({64})}, {}, Buffer(ones({8}, f64))}) ==
        "hidden.weight  f32[64, 8]  512\n"
        "hidden.bias    f32[64]      64\n"
        "mean           f64[8]        8  carried\n"
        "3 tensors, 584 elements (576 trainable), 2368 bytes\n");
  CHECK(tree::describe(Model{}) == "0 tensors, 0 elements (0 trainable), 0 bytes\n");
}
