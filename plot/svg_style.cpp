#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <descent/plot/svg.hpp>

namespace descent::inline v1::plot {
namespace {

struct Ink {
  std::string_view name;
  std::string_view light;
  std::string_view dark;
};

/// Hues after Okabe and Ito, "Color Universal Design" (2008), each moved until it is seen well on its paper.
constexpr std::array<Ink, 11> kInks = {{
    {"paper", "#ffffff", "#14181f"},
    {"grid", "#e8ebf0", "#29303b"},
    {"axis", "#98a2b0", "#5d6877"},
    {"ink", "#1c2330", "#e8ebf1"},
    {"faint", "#667080", "#9aa5b4"},
    {"blue", "#0a6ab8", "#5aaef5"},
    {"orange", "#cf4d0a", "#ff8b52"},
    {"green", "#00825a", "#35c796"},
    {"purple", "#a83a86", "#e68ccc"},
    {"amber", "#a87900", "#e3b53a"},
    {"sky", "#45a9e0", "#a5dcff"},
}};

std::string variables(bool dark) {
  std::string rules = ".descent-figure{";
  for (const Ink& ink : kInks) rules += fmt::format("--{}:{};", ink.name, dark ? ink.dark : ink.light);
  return rules + "}";
}

/// Each colour twice: readers that know no variables keep the first.
std::string colours() {
  std::string rules;
  for (const Ink& ink : kInks)
    rules += fmt::format(".descent-figure .f-{0}{{fill:{1};fill:var(--{0})}}.descent-figure .s-{0}{{stroke:{1};stroke:var(--{0})}}\n",
                         ink.name, ink.light);
  return rules;
}

constexpr std::string_view kShapes =
    ".descent-figure{max-width:100%;height:auto;"
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}\n"
    ".descent-figure text{font-variant-numeric:tabular-nums}\n"
    ".descent-figure .bold{font-weight:600}\n"
    ".descent-figure .thin{fill:none;stroke-width:1}\n"
    ".descent-figure .hair{stroke-width:.6;stroke-opacity:.45}\n"
    ".descent-figure .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".descent-figure .fine{fill:none;stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}\n"
    ".descent-figure .under{fill:none;stroke-width:4.5;stroke-opacity:.6;stroke-linejoin:round;stroke-linecap:round}\n"
    ".descent-figure .dots{fill:none;stroke-width:5.6;stroke-linecap:round}\n"
    ".descent-figure .dashed{stroke-dasharray:6 5}\n"
    ".descent-figure .dotted{stroke-dasharray:.1 5}\n"
    ".descent-figure .edge{stroke-width:1.4}\n"
    ".descent-figure .outline{stroke-width:2}\n"
    ".descent-figure .halo{paint-order:stroke;stroke-width:3.5;stroke-linejoin:round}\n";

}  // namespace

std::string svg_style() {
  return variables(false) + "\n@media (prefers-color-scheme:dark){" + variables(true) + "}\n@media print{" + variables(false) + "}\n" +
         colours() + std::string(kShapes);
}

}  // namespace descent::inline v1::plot
