#include <descent/autodiff/tape/params.hpp>

#include <fmt/format.h>

namespace descent::inline v1 {

std::string to_string(const ParamValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using V = std::decay_t<decltype(v)>;
        constexpr bool is_list = std::is_same_v<V, std::vector<Index>> || std::is_same_v<V, std::vector<double>>;
        if constexpr (std::is_same_v<V, Dtype>) return std::string(name_of(v));
        else if constexpr (std::is_same_v<V, Shape> || std::is_same_v<V, Axes>) return to_string(v);
        else if constexpr (is_list) return fmt::format("[{}]", fmt::join(v, ", "));
        else return fmt::format("{}", v);
      },
      value);
}

std::string to_string(const NamedParams& params) {
  std::string text;
  for (const auto& [name, value] : params) text += (text.empty() ? "" : ", ") + name + "=" + to_string(value);
  return text;
}

}  // namespace descent::inline v1
