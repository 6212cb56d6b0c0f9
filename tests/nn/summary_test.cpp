#include <descent/nn/summary.hpp>

#include <sstream>

#include <descent/nn/nn.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

struct Mlp {
  nn::Linear hidden;
  nn::Dropout drop;
  nn::Linear out;
  Tensor operator()(const Tensor& x) { return out(drop(relu(hidden(x)))); }
};

Mlp mlp() {
  Rng rng(1);
  return {nn::linear(784, 128, rng), nn::dropout(0.1, rng), nn::linear(128, 10, rng)};
}

nn::Chain chain() {
  Rng rng(1);
  return nn::Chain{nn::Flatten{}, nn::linear(784, 128, rng), nn::Relu{}, nn::dropout(0.1, rng), nn::linear(128, 10, rng)};
}

}  // namespace

TEST_CASE("summary of a chain: a row for each layer, with the shape it gives") {
  const nn::Summary summary = nn::summary(chain(), zeros({32, 28, 28}));
  REQUIRE(summary.rows.size() == 5);
  CHECK(summary.rows[0].name == "0 Flatten");
  CHECK(summary.rows[0].output == "[32, 784]");
  CHECK(summary.rows[0].parameters == 0);
  CHECK(summary.rows[1].name == "1 Linear");
  CHECK(summary.rows[1].parameters == 784 * 128 + 128);
  CHECK(summary.output == "[32, 10]");
  CHECK(summary.parameters == 101770);
  CHECK(summary.bytes == 4 * 101770 + 16);  // and the dropout's rng
}

TEST_CASE("summary of a struct: a row for each member that is trained") {
  const nn::Summary summary = nn::summary(mlp(), zeros({32, 784}));
  REQUIRE(summary.rows.size() == 2);
  CHECK(summary.rows[0].name == "hidden");
  CHECK(summary.rows[0].parameters == 784 * 128 + 128);
  CHECK(summary.rows[1].name == "out");
  CHECK(summary.output == "[32, 10]");
  CHECK(summary.parameters == 101770);

  struct Bare {
    Tensor slope;
    Tensor operator()(const Tensor& x) const { return x * slope; }
  };
  CHECK(nn::summary(Bare{ones({3})}, ones({2, 3})).rows[0].name == "slope");
}

TEST_CASE("summary: as text") {
  CHECK(to_string(nn::summary(chain(), zeros({32, 28, 28}))) ==
        " layer                            output                             parameters\n"
        " 0 Flatten                        [32, 784]                                   0\n"
        " 1 Linear                         [32, 128]                             100 480\n"
        " 2 Relu                           [32, 128]                                   0\n"
        " 3 Dropout                        [32, 128]                                   0\n"
        " 4 Linear                         [32, 10]                                1 290\n"
        " output [32, 10], 101 770 parameters, 407 kB\n");
}

TEST_CASE("summary: no line is longer than 80 columns") {
  nn::Summary summary = nn::summary(chain(), zeros({32, 28, 28}));
  summary.rows[0].name = "a_rather_long_name_of_a_model.encoder.layers.0.attention.weight";
  summary.rows[0].output = "[1048576, 1048576, 1048576, 1048576, 1048576]";
  summary.rows[0].parameters = 1'000'000'000'000;
  std::istringstream text(to_string(summary));
  for (std::string line; std::getline(text, line);) CHECK(line.size() <= 80);
  CHECK_THAT(to_string(summary), Catch::Contains("...der.layers.0.attention.weight"));
}

TEST_CASE("summary: nothing is computed, nothing is changed") {
  const Mlp model = mlp();
  nn::summary(model, abstract_tensor({1 << 20, 784}, f32));
  CHECK(model.drop.rng.counter.item<Index>() == mlp().drop.rng.counter.item<Index>());
}

TEST_CASE("summary: an input that does not fit throws what the model throws") {
  CHECK_THROWS_AS(nn::summary(chain(), zeros({32, 27, 28})), ShapeError);
  CHECK_THROWS_AS(nn::summary(mlp(), zeros({32, 27})), ShapeError);
}
