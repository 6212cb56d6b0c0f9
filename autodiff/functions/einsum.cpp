#include <descent/autodiff/functions/einsum.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

// An axis is known by its label: a letter, or a number from 1 on for an axis under the dots, counted from the last.
using Label = int;
using Labels = std::vector<Label>;
constexpr Label dots = -1;  // in a spec, until it is known how many axes they stand for
constexpr Label first_letter = 'A';

struct Factor {
  Tensor x;
  Labels labels;
};

bool holds(const Labels& labels, Label label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

std::string name_of(Label label) {
  return label >= first_letter ? std::string("'") + static_cast<char>(label) + "'" : "an axis under \"...\"";
}

// ---------------------------------------------------------------- the spec

struct Spec {
  std::vector<Labels> lists;
  Labels result;
  bool has_result = false;
};

[[noreturn]] void refuse(std::string_view spec, const std::string& why) {
  throw ValueError("einsum: the spec \"" + std::string(spec) + "\" " + why);
}

/// One list of letters from `text`, with at most one "...".
Labels read_list(std::string_view spec, std::string_view text) {
  Labels labels;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (text.substr(i, 3) != "..." || holds(labels, dots)) refuse(spec, "has dots that are not one \"...\" in a list");
      labels.push_back(dots);
      i += 2;
    } else {
      if (std::isalpha(static_cast<unsigned char>(text[i])) == 0)
        refuse(spec, std::string("has '") + text[i] + "'; axes are named by letters");
      labels.push_back(text[i]);
    }
  }
  return labels;
}

Spec read(std::string_view spec) {
  std::string text(spec);
  std::erase_if(text, [](char c) { return c == ' '; });
  Spec result;
  std::string_view rest = text;
  if (const auto arrow = rest.find("->"); arrow != std::string_view::npos) {
    result.result = read_list(spec, rest.substr(arrow + 2));
    result.has_result = true;
    rest = rest.substr(0, arrow);
  }
  for (;;) {
    const auto comma = rest.find(',');
    result.lists.push_back(read_list(spec, rest.substr(0, comma)));
    if (comma == std::string_view::npos) return result;
    rest = rest.substr(comma + 1);
  }
}

/// The dots replaced by labels for `count` axes.
Labels without_dots(const Labels& labels, int count) {
  Labels result;
  for (const Label label : labels) {
    if (label != dots) result.push_back(label);
    for (int i = count; label == dots && i > 0; --i) result.push_back(i);
  }
  return result;
}

Labels labels_of(std::string_view spec, const Labels& list, const Tensor& x, std::size_t place) {
  const int named = static_cast<int>(list.size()) - (holds(list, dots) ? 1 : 0);
  const int left = x.rank() - named;
  if (left < 0 || (left > 0 && !holds(list, dots)))
    throw ShapeError("einsum: tensor " + std::to_string(place) + " is " + to_string(x.shape()) + ", of " + std::to_string(x.rank()) +
                     " axes; the spec \"" + std::string(spec) + "\" names " + std::to_string(named));
  return without_dots(list, left);
}

/// The labels of the result: as the spec says, or the dots and what occurs once.
Labels result_of(std::string_view spec, const Spec& read, const std::vector<Factor>& factors) {
  std::map<Label, int> seen;  // in the order of the letters
  int under_dots = 0;
  for (const Factor& factor : factors)
    for (const Label label : factor.labels) {
      ++seen[label];
      if (label < first_letter) under_dots = std::max(under_dots, label);
    }
  if (!read.has_result) {
    Labels result = without_dots({dots}, under_dots);
    for (const auto& [label, count] : seen)
      if (label >= first_letter && count == 1) result.push_back(label);
    return result;
  }
  Labels result = without_dots(read.result, under_dots);
  for (const Label label : result) {
    if (!seen.contains(label)) refuse(spec, "has " + name_of(label) + " in the result, which no tensor has");
    if (std::count(result.begin(), result.end(), label) > 1) refuse(spec, "has " + name_of(label) + " twice in the result; use diag_embed");
  }
  return result;
}

// ---------------------------------------------------------------- one factor

/// Labels that occur twice taken as diagonals.
Factor with_diagonals(const char* who, Factor factor) {
  for (std::size_t i = 0; i < factor.labels.size(); ++i) {
    const auto again = std::find(factor.labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, factor.labels.end(), factor.labels[i]);
    if (again == factor.labels.end()) continue;
    const auto first = static_cast<Index>(i), second = static_cast<Index>(again - factor.labels.begin());
    if (factor.x.size(first) != factor.x.size(second))
      throw ShapeError(std::string(who) + ": axes " + std::to_string(first) + " and " + std::to_string(second) + " of " +
                       to_string(factor.x.shape()) + " are both " + name_of(factor.labels[i]) + "; a diagonal needs equal sizes");
    const Label label = factor.labels[i];
    factor.x = diagonal(factor.x, 0, first, second);
    factor.labels.erase(again);
    factor.labels.erase(factor.labels.begin() + static_cast<std::ptrdiff_t>(i));
    factor.labels.push_back(label);
    --i;
  }
  return factor;
}

/// The size of each label. throws ShapeError: two sizes that are not 1
std::map<Label, Index> sizes_of(const char* who, const std::vector<Factor>& factors) {
  std::map<Label, Index> sizes;
  for (const Factor& factor : factors)
    for (std::size_t i = 0; i < factor.labels.size(); ++i) {
      const Index size = factor.x.shape()[static_cast<int>(i)];
      const auto [known, is_new] = sizes.emplace(factor.labels[i], size);
      if (!is_new && known->second != size && known->second != 1 && size != 1)
        throw ShapeError(std::string(who) + ": " + name_of(factor.labels[i]) + " has the sizes " + std::to_string(known->second) + " and " +
                         std::to_string(size) + "; they must be equal or 1");
      if (known->second == 1) known->second = size;
    }
  return sizes;
}

/// Without axes of size 1 that broadcast: whatever runs along them, the factor stays.
Factor without_stretched(Factor factor, const std::map<Label, Index>& sizes) {
  Shape shape = factor.x.shape();
  for (std::size_t i = factor.labels.size(); i-- > 0;)
    if (shape[static_cast<int>(i)] == 1 && sizes.at(factor.labels[i]) != 1) {
      shape = shape.without(static_cast<int>(i));
      factor.labels.erase(factor.labels.begin() + static_cast<std::ptrdiff_t>(i));
    }
  factor.x = reshape(factor.x, shape);
  return factor;
}

/// Summed over the labels for which `keeps` is false.
template <class Keeps> Factor summed(Factor factor, Keeps keeps) {
  std::vector<Index> axes;
  Labels left;
  for (std::size_t i = 0; i < factor.labels.size(); ++i) {
    if (keeps(factor.labels[i])) left.push_back(factor.labels[i]);
    else axes.push_back(static_cast<Index>(i));
  }
  if (!axes.empty()) factor = {sum(factor.x, Axes(std::span<const Index>(axes))), std::move(left)};
  return factor;
}

/// The factor's axes in the order of these labels, of which it has all.
Tensor in_order(const Factor& factor, const Labels& labels) {
  std::vector<Index> order;
  for (const Label label : labels) order.push_back(std::find(factor.labels.begin(), factor.labels.end(), label) - factor.labels.begin());
  return order.empty() ? factor.x : permute(factor.x, Axes(std::span<const Index>(order)));
}

// ---------------------------------------------------------------- two factors

Labels joined(std::initializer_list<const Labels*> parts) {
  Labels all;
  for (const Labels* part : parts) all.insert(all.end(), part->begin(), part->end());
  return all;
}

Index product_of(const Labels& labels, const std::map<Label, Index>& sizes) {
  Index product = 1;
  for (const Label label : labels) product = checked_product("einsum", product, sizes.at(label));
  return product;
}

Shape shape_of(const Labels& labels, const std::map<Label, Index>& sizes) {
  std::vector<Index> shape;
  for (const Label label : labels) shape.push_back(sizes.at(label));
  return Shape(std::span<const Index>(shape));
}

/// What becomes of the labels of a pair: those of both that stay, of the left one, of the right one, and those summed over.
struct Roles {
  Labels batch, left, right, inner;
};
template <class Keeps> Roles roles_of(const Factor& a, const Factor& b, Keeps keeps) {
  Roles roles;
  for (const Label label : a.labels) {
    if (!holds(b.labels, label)) roles.left.push_back(label);
    else (keeps(label) ? roles.batch : roles.inner).push_back(label);
  }
  for (const Label label : b.labels)
    if (!holds(a.labels, label)) roles.right.push_back(label);
  return roles;
}

/// A factor as matrices [batch, rows, columns], or transposed where its axes stand in that order.
struct Matrices {
  Tensor x;
  bool transposed;
};
Matrices matrices(const Factor& factor, const Labels& batch, const Labels& rows, const Labels& columns,
                  const std::map<Label, Index>& sizes) {
  const bool transposed = factor.labels == joined({&batch, &columns, &rows}) && factor.labels != joined({&batch, &rows, &columns});
  const Labels& first = transposed ? columns : rows;
  const Labels& second = transposed ? rows : columns;
  std::vector<Index> shape{product_of(first, sizes), product_of(second, sizes)};
  if (!batch.empty()) shape.insert(shape.begin(), product_of(batch, sizes));
  return {reshape(in_order(factor, joined({&batch, &first, &second})), Shape(std::span<const Index>(shape))), transposed};
}

/// The product of two factors, summed over the labels of both for which `keeps` is false.
template <class Keeps> Factor contracted(const Factor& a, const Factor& b, const std::map<Label, Index>& sizes, Keeps keeps) {
  const auto [batch, left, right, inner] = roles_of(a, b, keeps);
  Labels labels = joined({&batch, &left, &right});
  const Shape shape = shape_of(labels, sizes);
  if (inner.empty()) {  // nothing to sum: element by element
    Shape beside = shape_of(batch, sizes);
    for (std::size_t i = 0; i < left.size(); ++i) beside = beside.inserted(beside.rank(), 1);
    for (const Label label : right) beside = beside.inserted(beside.rank(), sizes.at(label));
    Shape before = shape_of(joined({&batch, &left}), sizes);
    for (std::size_t i = 0; i < right.size(); ++i) before = before.inserted(before.rank(), 1);
    return {reshape(in_order(a, joined({&batch, &left})), before) * reshape(in_order(b, joined({&batch, &right})), beside), labels};
  }
  const auto [x, x_transposed] = matrices(a, batch, left, inner, sizes);
  const auto [y, y_transposed] = matrices(b, batch, inner, right, sizes);
  return {reshape(matmul(x, y, {x_transposed, y_transposed}), shape), std::move(labels)};
}

/// How much larger the product of two factors is than they are: the pair with the least is next.
double growth(const Factor& a, const Factor& b, const Labels& kept_of_both, const std::map<Label, Index>& sizes) {
  double size = 1;
  for (const Label label : kept_of_both) size *= static_cast<double>(sizes.at(label));
  return size - static_cast<double>(a.x.numel()) - static_cast<double>(b.x.numel());
}

/// The product of all factors, summed over what the result lacks.
Tensor product(const char* who, std::vector<Factor> factors, const Labels& result) {
  const std::map<Label, Index> sizes = sizes_of(who, factors);
  const auto others_have = [&](Label label, std::size_t i, std::size_t j) {
    for (std::size_t k = 0; k < factors.size(); ++k)
      if (k != i && k != j && holds(factors[k].labels, label)) return true;
    return holds(result, label);
  };
  for (Factor& factor : factors) factor = without_stretched(std::move(factor), sizes);
  for (std::size_t i = 0; i < factors.size(); ++i)
    factors[i] = summed(std::move(factors[i]), [&](Label label) { return others_have(label, i, i); });
  while (factors.size() > 1) {
    std::size_t first = 0, second = 1;
    double least = HUGE_VAL;
    for (std::size_t i = 0; i < factors.size(); ++i)
      for (std::size_t j = i + 1; j < factors.size(); ++j) {
        const auto [batch, left, right, inner] = roles_of(factors[i], factors[j], [&](Label label) { return others_have(label, i, j); });
        const double cost = growth(factors[i], factors[j], joined({&batch, &left, &right}), sizes);
        if (cost < least) {
          least = cost;
          first = i;
          second = j;
        }
      }
    factors[first] = contracted(factors[first], factors[second], sizes, [&](Label label) { return others_have(label, first, second); });
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(second));
  }
  return in_order(factors[0], result);
}

Tensor as_floating(const Tensor& x) { return is_floating(x.dtype()) ? x : cast(x, f32); }

}  // namespace

Tensor einsum(std::string_view spec, const std::vector<Tensor>& tensors, std::source_location where) {
  return located(where, [&] {
    const Spec asked = read(spec);
    if (asked.lists.size() != tensors.size() || tensors.empty())
      refuse(spec, "has " + std::to_string(asked.lists.size()) + " lists of letters for " + std::to_string(tensors.size()) + " tensors");
    std::vector<Factor> factors;
    for (std::size_t i = 0; i < tensors.size(); ++i)
      factors.push_back({as_floating(tensors[i]), labels_of(spec, asked.lists[i], tensors[i], i)});
    const Labels result = result_of(spec, asked, factors);
    for (Factor& factor : factors) factor = with_diagonals("einsum", std::move(factor));
    return product("einsum", std::move(factors), result);
  });
}

Tensor tensordot(Arg a, Arg b, const std::vector<Index>& axes_of_a, const std::vector<Index>& axes_of_b) {
  const Given left(std::move(a));
  const Given right(std::move(b));
  if (axes_of_a.size() != axes_of_b.size())
    throw ShapeError("tensordot: " + std::to_string(axes_of_a.size()) + " axes of a and " + std::to_string(axes_of_b.size()) +
                         " of b; they are taken in pairs",
                     left.where);
  return located(left.where, [&] {
    Labels labels_a(static_cast<std::size_t>(left.x.rank())), labels_b(static_cast<std::size_t>(right.x.rank()));
    std::iota(labels_a.begin(), labels_a.end(), first_letter);
    std::iota(labels_b.begin(), labels_b.end(), first_letter + static_cast<Label>(labels_a.size()));
    Axes(std::span<const Index>(axes_of_a)).mask("tensordot", left.x.rank());
    Axes(std::span<const Index>(axes_of_b)).mask("tensordot", right.x.rank());
    Labels result = joined({&labels_a, &labels_b});
    for (std::size_t i = 0; i < axes_of_a.size(); ++i) {
      const auto of_a = static_cast<std::size_t>(checked_axis("tensordot", axes_of_a[i], left.x.rank()));
      const auto of_b = static_cast<std::size_t>(checked_axis("tensordot", axes_of_b[i], right.x.rank()));
      std::erase_if(result, [&](Label label) { return label == labels_a[of_a] || label == labels_b[of_b]; });
      labels_b[of_b] = labels_a[of_a];
      const Index m = left.x.shape()[static_cast<int>(of_a)], n = right.x.shape()[static_cast<int>(of_b)];
      if (m != n && m != 1 && n != 1)
        throw ShapeError("tensordot: axis " + std::to_string(of_a) + " of a, " + to_string(left.x.shape()) + ", and axis " +
                         std::to_string(of_b) + " of b, " + to_string(right.x.shape()) + ", differ in size; they must be equal or 1");
    }
    return product("tensordot", {{as_floating(left.x), labels_a}, {as_floating(right.x), labels_b}}, result);
  });
}

Tensor tensordot(Arg a, Arg b, Index count) {
  const std::source_location where = a.where();
  const Tensor left = a.take();
  const Tensor right = b.take();
  if (count < 0 || count > left.rank() || count > right.rank())
    throw ShapeError("tensordot: " + std::to_string(count) + " axes of a, " + to_string(left.shape()) + ", and b, " +
                         to_string(right.shape()) + "; there are not so many",
                     where);
  std::vector<Index> last, first;
  for (Index i = 0; i < count; ++i) {
    last.push_back(left.rank() - count + i);
    first.push_back(i);
  }
  return tensordot({left, where}, {right, where}, last, first);
}

}  // namespace descent::inline v1
