#include <descent/autodiff/tree/path.hpp>

namespace descent::inline v1::tree {
namespace {

constexpr std::uint64_t kPrime = 0x100000001b3;  // FNV-1a, 64 bits
constexpr std::uint64_t kBasis = 0xcbf29ce484222325;

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

}  // namespace

std::string Path::text() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->text();
  const std::string_view part = name_;
  if (!indexed_ && part.empty()) return text;
  if (!text.empty()) text += '.';
  return indexed_ ? text + std::to_string(index_) : text.append(part);
}

std::uint64_t Path::hash() const {
  if (parent_ == nullptr) return kBasis;
  const std::uint64_t above = parent_->hash();
  if (indexed_) return mixed(mixed(above, "."), std::to_string(index_));
  return name_.empty() ? above : mixed(mixed(above, "."), name_);
}

}  // namespace descent::inline v1::tree
