#include <descent/autodiff/tree/compare.hpp>

#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/autodiff/tree/map.hpp>

namespace descent::inline v1::tree {
namespace {

void check(const char* option, double value) {
  if (!(value >= 0)) throw ValueError(fmt::format("differences: {} is {}; it must be at least 0", option, value));
}

/// "[1, 2]": the place of element number `at`.
std::string place(Index at, const Shape& shape) {
  std::string text;
  Index stride = shape.numel();
  for (const Index size : shape.sizes()) {
    stride /= size;
    if (!text.empty()) text += ", ";
    text += std::to_string(at / stride % size);
  }
  return fmt::format("[{}]", text);
}

/// How far apart two numbers are that are not near; nothing when they are.
std::optional<double> apart(double a, double b, Tolerance tolerance) {
  if (a == b || (tolerance.equal_nan && std::isnan(a) && std::isnan(b))) return {};
  const double distance = std::abs(a - b);
  if (std::isfinite(b) && distance <= tolerance.atol + tolerance.rtol * std::abs(b)) return {};
  return std::isnan(distance) ? HUGE_VAL : distance;
}
std::optional<double> apart(std::int64_t a, std::int64_t b, Tolerance) {
  if (a == b) return {};
  return std::abs(static_cast<double>(a) - static_cast<double>(b));
}

template <Element T> std::string value_difference(const Tensor& a, const Tensor& b, Tolerance tolerance) {
  const std::vector<T> left = a.to_vector<T>();
  const std::vector<T> right = b.to_vector<T>();
  std::size_t wrong = 0;
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const std::optional<double> distance = apart(left[i], right[i], tolerance);
    if (!distance) continue;
    ++wrong;
    if (*distance > most) {
      most = *distance;
      worst = i;
    }
  }
  if (wrong == 0) return {};
  return fmt::format("{} of {} elements differ, most at {}: {} and {}", wrong, left.size(), place(static_cast<Index>(worst), a.shape()),
                     left[worst], right[worst]);
}

/// Empty when they are close.
std::string leaf_difference(const Tensor& a, const Tensor& b, Tolerance tolerance) {
  if (a.shape() != b.shape()) return fmt::format("the shapes are {} and {}", to_string(a.shape()), to_string(b.shape()));
  if (is_floating(a.dtype()) || is_floating(b.dtype())) return value_difference<double>(a, b, tolerance);
  return value_difference<std::int64_t>(a, b, tolerance);
}

std::vector<std::string> structure(View root) {
  std::vector<std::string> paths;
  tree::visit(root, [&](const Path& path, const Tensor&, Role) { paths.push_back(path.text()); });
  return paths;
}

}  // namespace

std::vector<Difference> differences(View a, View b, Tolerance tolerance) {
  check("rtol", tolerance.rtol);
  check("atol", tolerance.atol);
  std::vector<Difference> found;
  std::map<std::string, Tensor> others;
  for (auto& [name, leaf] : named_leaves(b)) others.emplace(std::move(name), std::move(leaf));
  for (const auto& [name, leaf] : named_leaves(a)) {
    const auto other = others.find(name);
    if (other == others.end()) {
      found.push_back({name, "is only in the first tree"});
      continue;
    }
    if (std::string what = leaf_difference(leaf, other->second, tolerance); !what.empty()) found.push_back({name, std::move(what)});
    others.erase(other);
  }
  for (const auto& [name, leaf] : others) found.push_back({name, "is only in the second tree"});
  return found;
}

bool all_close(View a, View b, Tolerance tolerance) { return differences(a, b, tolerance).empty(); }

std::string to_string(std::span<const Difference> differences) {
  std::string text;
  for (const Difference& difference : differences) text += fmt::format("{}: {}\n", difference.path, difference.what);
  return text;
}

bool same_structure(View a, View b) { return structure(a) == structure(b); }

}  // namespace descent::inline v1::tree
