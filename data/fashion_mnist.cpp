#include <descent/data/fashion_mnist.hpp>

#include <unistd.h>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/data/idx.hpp>

namespace descent::inline v1::data {
namespace {

/// The path of a set's file, packed or not.
std::string find(const std::string& folder, const std::string& name) {
  const std::string plain = folder + "/" + name;
  for (const std::string& path : {plain + ".gz", plain})
    if (::access(path.c_str(), F_OK) == 0) return path;
  throw FileError("fashion_mnist: neither '" + plain + ".gz' nor '" + plain + "' exists; name the folder that holds the four files");
}

Tensor read_images(const std::string& path) {
  const Tensor images = read_idx(path, {.dtype = f32, .scale = 1.0 / 255});
  if (images.rank() != 3 || images.size(1) != 28 || images.size(2) != 28)
    throw FormatError("fashion_mnist: '" + path + "' has shape " + to_string(images.shape()) + "; images are [n, 28, 28]");
  return Tensor::adopt(storage::view(images.node(), Shape{images.size(0), 784}));
}

Tensor read_labels(const std::string& path) {
  const Tensor labels = read_idx(path, {.dtype = i64});
  const auto values = labels.data<std::int64_t>();
  if (labels.rank() != 1 || std::ranges::any_of(values, [](std::int64_t label) { return label < 0 || label > 9; }))
    throw FormatError("fashion_mnist: '" + path + "' does not hold labels: it must be one axis of numbers from 0 to 9");
  return labels;
}

Dataset read_part(const std::string& folder, const std::string& part) {
  Dataset set{read_images(find(folder, part + "-images-idx3-ubyte")),
              read_labels(find(folder, part + "-labels-idx1-ubyte")),
              {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}};
  if (set.inputs.size(0) != set.targets.size(0))
    throw FormatError("fashion_mnist: '" + folder + "' has " + std::to_string(set.inputs.size(0)) + " " + part + " images and " +
                      std::to_string(set.targets.size(0)) + " labels; the counts must be equal");
  return set;
}

}  // namespace

Split fashion_mnist(const std::string& folder) { return {read_part(folder, "train"), read_part(folder, "t10k")}; }

}  // namespace descent::inline v1::data
