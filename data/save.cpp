#include <descent/data/save.hpp>

#include <map>
#include <string_view>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {
namespace data {
namespace {

/// A list of faults for a sentence: "missing 'a', 'b' and 3 more".
class Faults {
 public:
  explicit Faults(const char* title) : title_(title) {}

  void add(const std::string& text) {
    if (count_++ < 8) text_ += (count_ > 1 ? ", " : "") + text;
  }
  /// Appends the list, if there is one, to `sentence`.
  void append_to(std::string& sentence) const {
    if (count_ == 0) return;
    sentence += (sentence.back() == ':' ? " " : "; ") + std::string(title_) + " " + text_;
    if (count_ > 8) sentence += " and " + std::to_string(count_ - 8) + " more";
  }
  bool any() const { return count_ > 0; }

 private:
  const char* title_;
  std::string text_;
  int count_ = 0;
};

std::string in_quotes(std::string_view name) { return "'" + std::string(name) + "'"; }

}  // namespace

std::vector<Tensor> read_leaves(const std::string& path, tree::View like) {
  std::map<std::string, Tensor> stored;
  for (Named& tensor : read_safetensors(path).tensors) stored.emplace(std::move(tensor.name), std::move(tensor.value));

  std::vector<Tensor> values;
  Faults missing("missing"), mismatched("mismatched"), unexpected("unexpected");
  for (const auto& [name, leaf] : tree::named_leaves(like)) {
    const auto found = stored.extract(name);
    if (found.empty()) {
      missing.add(in_quotes(name));
    } else if (abstract_of(found.mapped()) != abstract_of(leaf)) {
      mismatched.add(in_quotes(name) + " is " + to_string(abstract_of(found.mapped())) + ", wanted " + to_string(abstract_of(leaf)));
    } else {
      values.push_back(found.mapped());
    }
  }
  for (const auto& entry : stored) unexpected.add(in_quotes(entry.first));

  if (missing.any() || mismatched.any() || unexpected.any()) {
    std::string sentence = "load: '" + path + "' does not fit the tree:";
    for (const Faults* faults : {&missing, &mismatched, &unexpected}) faults->append_to(sentence);
    throw TreeError(sentence);
  }
  return values;
}

}  // namespace data

void save(const std::string& path, tree::View tree, const data::Metadata& metadata) {
  std::vector<data::Named> tensors;
  for (auto& [name, leaf] : tree::named_leaves(tree)) tensors.push_back({std::move(name), std::move(leaf)});
  data::write_safetensors(path, tensors, metadata);
}

}  // namespace descent::inline v1
