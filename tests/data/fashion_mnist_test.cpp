#include <descent/data/fashion_mnist.hpp>

#include <numeric>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

namespace {

std::string images(std::uint32_t count, std::uint32_t side = 28) {
  return std::string("\0\0\x08\x03", 4) + be32(count) + be32(side) + be32(side) + std::string(count * side * side, '\xff');
}
std::string labels(const std::string& values) {
  return std::string("\0\0\x08\x01", 4) + be32(static_cast<std::uint32_t>(values.size())) + values;
}

void write(const Folder& folder, const std::string& part, const std::string& images, const std::string& labels) {
  spit(folder / (part + "-images-idx3-ubyte"), images);
  spit(folder / (part + "-labels-idx1-ubyte"), labels);
}

}  // namespace

TEST_CASE("fashion_mnist: four small files", "[data]") {
  const Folder folder;
  const std::string where = folder.path().string();
  write(folder, "train", images(2), labels("\1\x9"));
  const auto fault = [&] { return sentence_of<Error>([&] { data::fashion_mnist(where); }); };
  CHECK(fault() == "fashion_mnist: neither '" + where + "/t10k-images-idx3-ubyte.gz' nor '" + where +
                       "/t10k-images-idx3-ubyte' exists; name the folder that holds the four files");

  write(folder, "t10k", images(1), labels("\3"));
  const auto [train, test] = data::fashion_mnist(where);
  CHECK(train.inputs.shape() == Shape{2, 784});
  CHECK(train.inputs.data<float>()[0] == 1.0F);
  CHECK(train.targets.to_vector<int>() == std::vector{1, 9});
  CHECK(test.class_names.at(9) == "Ankle boot");

  write(folder, "t10k", images(2), labels("\3"));
  CHECK(fault() == "fashion_mnist: '" + where + "' has 2 t10k images and 1 labels; the counts must be equal");
  write(folder, "t10k", images(1, 27), labels("\3"));
  CHECK(fault() == "fashion_mnist: '" + where + "/t10k-images-idx3-ubyte' has shape [1, 27, 27]; images are [n, 28, 28]");
  write(folder, "t10k", images(1), labels("\xa"));
  CHECK(fault() ==
        "fashion_mnist: '" + where + "/t10k-labels-idx1-ubyte' does not hold labels: it must be one axis of numbers from 0 to 9");
}

TEST_CASE("fashion_mnist: the real files", "[data]") {
  const auto folder = shared() / "data" / "fashion-mnist";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: there is no " << folder);
    return;
  }
  const auto [train, test] = data::fashion_mnist(folder.string());
  CHECK(train.inputs.shape() == Shape{60000, 784});
  CHECK(test.inputs.shape() == Shape{10000, 784});
  std::vector<int> counts(10);
  for (const int label : test.targets.to_vector<int>()) ++counts.at(static_cast<std::size_t>(label));
  CHECK(counts == std::vector<int>(10, 1000));
  const auto pixels = train.inputs.data<float>();
  CHECK(std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size()) == Approx(0.2860).margin(5e-5));
}
