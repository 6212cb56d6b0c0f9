#include <descent/autodiff/tree/modes.hpp>

#include <map>
#include <optional>
#include <vector>

#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

struct Dropout {
  double rate = 0.5;
  bool training = true;
  bool inplace = true;
};
struct Model {
  std::vector<Dropout> layers;
  std::map<std::string, std::optional<Dropout>> named;
  bool training = true;
};

}  // namespace

TEST_CASE("modes: eval and train set `training` wherever a struct has it, and nothing else") {
  const Model model{{Dropout{}, Dropout{}}, {{"a", Dropout{}}, {"b", std::nullopt}}};
  const Model used = tree::eval(model);
  CHECK_FALSE(used.training);
  CHECK_FALSE(used.layers[1].training);
  CHECK_FALSE(used.named.at("a")->training);
  CHECK(used.layers[0].inplace);
  CHECK(model.layers[0].training);
  CHECK(tree::train(used).named.at("a")->training);
}
