#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {
namespace {

constexpr Index kEdge = 3;        // elements shown at each end of a long axis
constexpr Index kLongest = 1000;  // tensors up to this many elements are shown whole

struct Printer {
  const Tensor& x;
  std::vector<std::string> cells{};  // the shown elements, in order
  std::size_t width = 0;
  std::size_t next = 0;
  std::string out{};

  bool shortened(int axis) const { return x.numel() > kLongest && x.size(axis) > 2 * kEdge; }

  template <class F> void each_shown(int axis, F f) const {
    const Index n = x.size(axis);
    for (Index i = 0; i < n; ++i) {
      if (shortened(axis) && i == kEdge) i = n - kEdge;
      f(i);
    }
  }

  void collect(int axis, Index offset, Index stride, const auto& cell) {
    if (axis == x.rank()) return cells.push_back(cell(offset));
    const Index inner = x.size(axis) == 0 ? 0 : stride / x.size(axis);
    each_shown(axis, [&](Index i) { collect(axis + 1, offset + i * inner, inner, cell); });
  }

  void draw(int axis) {
    if (axis == x.rank()) {
      out += fmt::format("{:>{}}", cells[next++], width);
      return;
    }
    const bool last = axis + 1 == x.rank();
    const std::string separator =
        last ? ", " : "," + std::string(last ? 0 : 1, '\n') + std::string(static_cast<std::size_t>(axis + 1), ' ');
    out += '[';
    each_shown(axis, [&](Index i) {
      if (i > 0) out += separator;
      if (shortened(axis) && i == x.size(axis) - kEdge) out += "..." + separator;
      draw(axis + 1);
    });
    out += ']';
  }
};

}  // namespace

std::string to_string(const Tensor& x) {
  if (x.absent()) return "absent";
  const std::string kind = to_string(abstract_of(x));
  if (x.abstract()) return "abstract " + kind;
  Printer printer{x};
  visit_dtype(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::span<const T> data = x.data<T>();
    printer.collect(0, 0, std::max<Index>(x.numel(), 0), [&](Index at) {
      const T value = data[static_cast<std::size_t>(at)];
      if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) return std::string("nan");  // its sign says nothing
        return fmt::format("{:.{}g}", value, sizeof(T) == 4 ? 6 : 8);
      } else {
        return fmt::format("{}", value);
      }
    });
  });
  for (const std::string& cell : printer.cells) printer.width = std::max(printer.width, cell.size());
  if (x.rank() == 0) printer.width = 0;
  printer.draw(0);
  return printer.out + " " + kind;
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace descent::inline v1
