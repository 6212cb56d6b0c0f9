#include <descent/autodiff/transforms/cpp_loops.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::detail {
namespace {

using Strides = std::vector<Index>;

struct Operand {
  std::string name;
  Strides strides;
  Index offset = 0;
};

Strides sizes_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

Strides row_major(const Strides& sizes) {
  Strides strides(sizes.size(), 1);
  for (std::size_t i = sizes.size(); i-- > 1;) strides[i - 1] = strides[i] * sizes[i];
  return strides;
}

/// Of x, read along a shape that it broadcasts to.
Strides broadcast_strides(const Shape& x, std::size_t rank) {
  const Strides sizes = sizes_of(x), own = row_major(sizes);
  Strides strides(rank, 0);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] != 1) strides[rank - sizes.size() + i] = own[i];
  return strides;
}

/// Of what is left when the axes in `mask` are reduced, read along the whole shape.
Strides reduced_strides(const Shape& x, unsigned mask) {
  Strides kept = sizes_of(x);
  for (std::size_t i = 0; i < kept.size(); ++i)
    if ((mask >> i & 1U) != 0) kept[i] = 1;
  Strides strides = row_major(kept);
  for (std::size_t i = 0; i < kept.size(); ++i)
    if ((mask >> i & 1U) != 0) strides[i] = 0;
  return strides;
}

std::string element(const Operand& x, const std::vector<std::string>& indices) {
  std::string at;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (x.strides[i] == 0) continue;
    at += (at.empty() ? "" : " + ") + (x.strides[i] == 1 ? "" : std::to_string(x.strides[i]) + " * ") + indices[i];
  }
  if (x.offset != 0 || at.empty()) at += (at.empty() ? "" : " + ") + std::to_string(x.offset);
  return x.name + "[" + at + "]";
}

/// Neighbouring axes that every operand walks through evenly become one; axes of one element go.
void merge(Strides& sizes, std::vector<Operand>& operands) {
  for (std::size_t i = sizes.size(); i-- > 0;) {
    const bool single = sizes[i] == 1;
    const auto even = [&](const Operand& x) { return x.strides[i] == x.strides[i + 1] * sizes[i + 1]; };
    if (!single && (i + 1 == sizes.size() || !std::all_of(operands.begin(), operands.end(), even))) continue;
    if (!single) sizes[i + 1] *= sizes[i];
    sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(i));
    for (Operand& x : operands) x.strides.erase(x.strides.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// Nested loops around a statement, which is made of the operands' elements.
template <class F> std::string loops(Strides sizes, std::vector<Operand> operands, F statement) {
  if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) return "";
  merge(sizes, operands);
  static constexpr std::array<std::string_view, max_rank + 1> kNames = {"i", "j", "k", "l", "m", "n", "o", "p", "q"};
  std::string text, indent = "  ";
  std::vector<std::string> indices;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::string_view name = kNames[i];
    text += fmt::format("{}for (int {} = 0; {} < {}; ++{})\n", indent, name, name, sizes[i], name);
    indent += "  ";
    indices.emplace_back(name);
  }
  std::vector<std::string> elements;
  for (const Operand& x : operands) elements.push_back(element(x, indices));
  return text + indent + statement(elements) + ";\n";
}

Operand whole(const CppArray& x) { return {x.name, row_major(sizes_of(x.like.shape))}; }

std::string filled(const CppArray& x, std::string_view value) {
  return loops(sizes_of(x.like.shape), {whole(x)}, [&](const auto& at) { return fmt::format("{} = {}", at[0], value); });
}

NamedParams params_of(const CppCall& call) {
  NamedParams named;
  if (call.op.params.size != 0) call.op.params.list(call.params, named);
  return named;
}

[[noreturn]] void reject(const CppCall& call, std::string_view why) {
  throw ValueError(fmt::format("to_cpp: the op {} cannot be written in C++: {}; write the cost without it", call.op.name, why));
}

// ---------------------------------------------------------------- pointwise

/// Pointwise ops as expressions: $0, $1, $2 are the inputs, $name is a parameter.
const std::map<std::string_view, std::string_view>& expressions() {
  static const std::map<std::string_view, std::string_view> all = {
      {"abs", "std::abs($0)"},
      {"absorb", "$0 == 0 ? 0 : $0 * $1"},
      {"acos", "std::acos($0)"},
      {"acosh", "std::acosh($0)"},
      {"add", "$0 + $1"},
      {"asin", "std::asin($0)"},
      {"asinh", "std::asinh($0)"},
      {"atan", "std::atan($0)"},
      {"atan2", "std::atan2($0, $1)"},
      {"atanh", "std::atanh($0)"},
      {"cbrt", "std::cbrt($0)"},
      {"ceil", "std::ceil($0)"},
      {"clamp", "$0 < $lo ? $lo : $0 > $hi ? $hi : $0"},
      {"cos", "std::cos($0)"},
      {"cosh", "std::cosh($0)"},
      {"div", "$0 / $1"},
      {"elu", "$0 > 0 ? $0 : $alpha * std::expm1($0)"},
      {"equal", "$0 == $1"},
      {"erf", "std::erf($0)"},
      {"erfc", "std::erfc($0)"},
      {"exp", "std::exp($0)"},
      {"exp2", "std::exp2($0)"},
      {"expm1", "std::expm1($0)"},
      {"floor", "std::floor($0)"},
      {"hypot", "std::hypot($0, $1)"},
      {"isfinite", "std::isfinite($0)"},
      {"isinf", "std::isinf($0)"},
      {"isnan", "std::isnan($0)"},
      {"leaky_relu", "$0 > 0 ? $0 : $slope * $0"},
      {"less", "$0 < $1"},
      {"less_equal", "$0 <= $1"},
      {"lgamma", "std::lgamma($0)"},
      {"log", "std::log($0)"},
      {"log10", "std::log10($0)"},
      {"log1p", "std::log1p($0)"},
      {"log2", "std::log2($0)"},
      {"log_sigmoid", "$0 < 0 ? $0 - std::log1p(std::exp($0)) : -std::log1p(std::exp(-$0))"},
      {"logaddexp", "$0 == $1 ? $0 + std::log1p(1.0) : std::fmax($0, $1) + std::log1p(std::exp(-std::abs($0 - $1)))"},
      {"logical_and", "$0 != 0 && $1 != 0"},
      {"logical_not", "$0 == 0"},
      {"logical_or", "$0 != 0 || $1 != 0"},
      {"logical_xor", "($0 != 0) != ($1 != 0)"},
      {"maximum", "$0 > $1 || $0 != $0 ? $0 : $1"},
      {"minimum", "$0 < $1 || $0 != $0 ? $0 : $1"},
      {"mul", "$0 * $1"},
      {"neg", "-$0"},
      {"not_equal", "$0 != $1"},
      {"pow", "std::pow($0, $1)"},
      {"pow_number", "std::pow($0, $exponent)"},
      {"reciprocal", "1 / $0"},
      {"relu", "$0 < 0 ? 0 : $0"},
      {"round", "std::nearbyint($0)"},
      {"rsqrt", "1 / std::sqrt($0)"},
      {"sigmoid", "1 / (1 + std::exp(-$0))"},
      {"sign", "$0 > 0 ? 1 : $0 < 0 ? -1 : $0"},
      {"silu", "$0 / (1 + std::exp(-$0))"},
      {"sin", "std::sin($0)"},
      {"sinh", "std::sinh($0)"},
      {"softplus", "$0 > 0 ? $0 + std::log1p(std::exp(-$0)) : std::log1p(std::exp($0))"},
      {"sqrt", "std::sqrt($0)"},
      {"square", "$0 * $0"},
      {"sub", "$0 - $1"},
      {"tan", "std::tan($0)"},
      {"tanh", "std::tanh($0)"},
      {"trunc", "std::trunc($0)"},
      {"where", "$0 ? $1 : $2"},
      {"xlogy", "$0 == 0 ? 0 : $0 * std::log($1)"},
  };
  return all;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

std::string pointwise_statements(const CppCall& call) {
  const auto found = expressions().find(call.op.name);
  if (found == expressions().end()) reject(call, "there is no expression for it");
  const CppArray& y = call.out.front();
  const auto rank = static_cast<std::size_t>(y.like.shape.rank());
  std::vector<Operand> operands = {whole(y)};
  for (const CppArray& x : call.in) operands.push_back({x.name, broadcast_strides(x.like.shape, rank)});
  const NamedParams params = params_of(call);
  return loops(sizes_of(y.like.shape), operands, [&](const std::vector<std::string>& at) {
    std::string expression(found->second);
    for (std::size_t i = 1; i < at.size(); ++i) {
      const Dtype dtype = call.in[i - 1].like.dtype;
      const bool wider = dtype != y.like.dtype && is_floating(y.like.dtype) && dtype != boolean;
      replace_all(expression, fmt::format("${}", i - 1), wider ? fmt::format("{}({})", cpp_type(y.like.dtype), at[i]) : at[i]);
    }
    for (const auto& [name, value] : params)
      if (const double* number = std::get_if<double>(&value)) replace_all(expression, "$" + name, fmt::format("{:.17g}", *number));
    return at[0] + " = " + expression;
  });
}

// ---------------------------------------------------------------- linear

/// Distinct numbers with few digits in common.
Tensor probe(const Shape& shape, bool counted) {
  std::vector<double> values(static_cast<std::size_t>(shape.numel()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double number = static_cast<double>(i + 1);
    values[i] = counted ? number : std::fmod(number * 0.6180339887498949, 1.0) + 0.5;
  }
  return from_span<double>(values, shape);
}

/// Where each element of f(x) is copied from, -1 for a zero; nothing where f is no copy.
template <class F> std::optional<std::vector<Index>> copied_from(const Shape& x, F f) {
  const std::vector<double> counted = f(probe(x, true)).template to_vector<double>();
  const std::vector<double> source = probe(x, false).to_vector<double>(), moved = f(probe(x, false)).template to_vector<double>();
  std::vector<Index> map;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const double place = counted[i];
    if (place != std::floor(place) || place < 0 || place > static_cast<double>(source.size())) return std::nullopt;
    const auto from = static_cast<Index>(place) - 1;
    if (moved[i] != (from < 0 ? 0 : source[static_cast<std::size_t>(from)])) return std::nullopt;
    map.push_back(from);
  }
  return map;
}

/// The map as an operand of loops over `sizes`; nothing where it is not even in each axis.
std::optional<Operand> even_walk(const std::string& name, const Strides& sizes, const std::vector<Index>& map) {
  const Strides own = row_major(sizes);
  Operand walk{name, Strides(sizes.size(), 0), map.empty() ? 0 : map[0]};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] > 1) walk.strides[i] = map[static_cast<std::size_t>(own[i])] - map[0];
  for (std::size_t flat = 0; flat < map.size(); ++flat) {
    Index at = walk.offset, rest = static_cast<Index>(flat);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      at += rest / own[i] * walk.strides[i];
      rest %= own[i];
    }
    if (at != map[flat]) return std::nullopt;
  }
  return walk;
}

/// A linear op whose every element is a copy, or a sum of elements each used once: as its own probes, or its adjoint's, show.
class LinearStatements {
 public:
  explicit LinearStatements(const CppCall& call) : call_(call) {}

  template <class Temporary> std::string text(const Temporary& temporary) {
    const CppArray& y = call_.out.front();
    const std::vector<std::size_t> moved = moved_inputs();
    if (moved.size() == 1)
      if (const auto map = copied_from(call_.in[moved[0]].like.shape, [&](const Tensor& x) { return forward(moved[0], x); });
          map && std::find(map->begin(), map->end(), -1) == map->end())
        return written(y, call_.in[moved[0]].name, *map, temporary, [](const auto& at) { return at[0] + " = " + at[1]; });
    std::string statements = filled(y, "0");
    for (const std::size_t i : moved) {
      const CppArray& x = call_.in[i];
      const auto map = copied_from(y.like.shape, [&](const Tensor& ct) { return adjoint(i, ct); });
      if (!map || std::find(map->begin(), map->end(), -1) != map->end()) reject(call_, "it does not move single elements");
      statements += written(x, y.name, *map, temporary, [](const auto& at) { return at[1] + " += " + at[0]; });
    }
    return statements;
  }

 private:
  /// The others are indices: constants that say where.
  std::vector<std::size_t> moved_inputs() const {
    std::vector<std::size_t> moved;
    for (std::size_t i = 0; i < call_.in.size(); ++i) {
      const bool floating = is_floating(call_.in[i].like.dtype);
      if (floating || call_.in.size() == 1) moved.push_back(i);
      else if (call_.constants[i].absent()) reject(call_, "its indices are computed");
    }
    return moved;
  }
  std::vector<Tensor> inputs(std::size_t place, const Tensor& x) const {
    std::vector<Tensor> all;
    for (std::size_t i = 0; i < call_.in.size(); ++i) {
      const Abstract& like = call_.in[i].like;
      const bool floating = is_floating(like.dtype) || call_.in.size() == 1;
      all.push_back(i == place && x.present() ? x : floating ? zeros(like.shape, f64) : call_.constants[i]);
    }
    return all;
  }
  Tensor forward(std::size_t place, const Tensor& x) const {
    std::vector<Tensor> in = inputs(place, x), out(1);
    execute(call_.op, call_.params, in, out, {});
    return out[0];
  }
  Tensor adjoint(std::size_t place, const Tensor& ct) const {
    const std::vector<Tensor> in = inputs(place, Tensor()), kept(1);
    std::vector<Abstract> likes;
    for (const Tensor& x : in) likes.push_back(abstract_of(x));
    std::vector<const Abstract*> pointers;
    for (const Abstract& like : likes) pointers.push_back(&like);
    std::vector<std::uint8_t> wanted(in.size());
    wanted[place] = 1;
    std::vector<Tensor> out(in.size());
    call_.op.vjp({call_.op, call_.params, in, kept, pointers}, std::span(&ct, 1), wanted, out);
    return out[place].present() ? broadcast_to(out[place], likes[place].shape) : zeros(likes[place].shape, f64);
  }

  /// Loops over `along`, whose elements lie in order, with the other's at `map`.
  template <class Temporary, class F> std::string written(const CppArray& along, const std::string& other, const std::vector<Index>& map,
                                                          const Temporary& temporary, F statement) const {
    const Strides sizes = sizes_of(along.like.shape);
    if (const auto walk = even_walk(other, sizes, map)) return loops(sizes, {whole(along), *walk}, statement);
    const Tensor table = cast(from_vector(map), i32);
    const std::string name = temporary(abstract_of(table), table);
    const Index n = along.like.shape.numel();
    return loops({n}, {{along.name, {1}}, {name, {1}}}, [&](const auto& at) {
      return statement(std::vector<std::string>{at[0], other + "[" + at[1] + "]"});
    });
  }

  const CppCall& call_;
};

// ---------------------------------------------------------------- products and reductions

std::string matmul_statements(const CppCall& call) {
  const NamedParams params = params_of(call);
  const auto flag = [&](const char* name) {
    const bool* value = std::get_if<bool>(&params.at(name));
    return value != nullptr && *value;
  };
  const CppArray &a = call.in[0], &b = call.in[1], &c = call.out[0];
  const auto rank = static_cast<std::size_t>(c.like.shape.rank());
  const bool across_a = flag("transpose_a"), across_b = flag("transpose_b");
  Strides sizes = sizes_of(c.like.shape);
  sizes.push_back(a.like.shape.back(across_a ? 1 : 0));
  // Rows, columns, and what is summed over: each operand has two of the three.
  Strides of_a = broadcast_strides(a.like.shape, rank), of_b = broadcast_strides(b.like.shape, rank),
          of_c = row_major(sizes_of(c.like.shape));
  const Index width_a = a.like.shape.back(0), width_b = b.like.shape.back(0);
  of_a[rank - 2] = across_a ? 1 : width_a;
  of_a[rank - 1] = 0;
  of_a.push_back(across_a ? width_a : 1);
  of_b[rank - 2] = 0;
  of_b[rank - 1] = across_b ? width_b : 1;
  of_b.push_back(across_b ? 1 : width_b);
  of_c.push_back(0);
  return filled(c, "0") + loops(sizes, {{c.name, of_c}, {a.name, of_a}, {b.name, of_b}},
                                [](const auto& at) { return at[0] + " += " + at[1] + " * " + at[2]; });
}

/// Loops over x, with what has one element for each row that is reduced.
class RowStatements {
 public:
  explicit RowStatements(const CppCall& call) : call_(call), x_(call.in.front()) {
    const NamedParams params = params_of(call);
    mask_ = std::get<Axes>(params.at("axes")).mask("to_cpp", x_.like.shape.rank());
    rows_ = {Shape{1}, x_.like.dtype};
    for (int i = 0; i < x_.like.shape.rank(); ++i)
      if ((mask_ >> i & 1U) == 0) rows_.shape = Shape{rows_.shape.numel() * x_.like.shape[i]};
  }

  template <class Temporary> std::string text(const Temporary& temporary) {
    const std::string_view name = call_.op.name;
    const CppArray y = call_.out.front();
    const CppArray result{y.name, rows_};
    if (name == "max" || name == "min") return extremum(result, name == "max");
    if (name == "standardise") return standardised(temporary);
    if (name == "standardise_adjoint") return standardised_adjoint(temporary);
    if (name == "norm2") return filled(result, "0") + over({result}, "$0 += $1 * $1") + over_rows({result}, "$0 = std::sqrt($0)");
    if (name != "logsumexp" && name != "softmax" && name != "log_softmax") reject(call_, "there is no loop for it");
    const CppArray top{temporary(rows_, Tensor()), rows_}, sum{temporary(rows_, Tensor()), rows_};
    const std::string sums = extremum(top, true) + filled(sum, "0") + over({sum, top}, "$0 += $2 == $1 ? 1 : std::exp($2 - $1)");
    if (name == "logsumexp") return sums + over_rows({result, top, sum}, "$0 = $1 + std::log($2)");
    if (name == "softmax") return sums + over({top, sum}, "$3 = $2 == -HUGE_VAL ? 0 : std::exp($2 - $0) / $1", {y});
    return sums + over({top, sum}, "$3 = $2 - $0 - std::log($1)", {y});
  }

 private:
  std::string extremum(const CppArray& to, bool greatest) {
    return filled(to, greatest ? "-HUGE_VAL" : "HUGE_VAL") +
           over({to}, greatest ? "if ($1 > $0 || $1 != $1) $0 = $1" : "if ($1 < $0 || $1 != $1) $0 = $1");
  }
  template <class Temporary> std::string standardised(const Temporary& temporary) {
    const CppArray &y = call_.out[0], mean{call_.out[1].name, rows_}, variance{call_.out[2].name, rows_};
    const CppArray shift{temporary(rows_, Tensor()), rows_};
    const std::string n = fmt::format(" / {}", row_length()), eps = fmt::format("{:.17g}", std::get<double>(params_of(call_).at("eps")));
    return filled(mean, "0") + over({mean}, "$0 += $1") + over_rows({mean}, "$0 = $0" + n) + filled(shift, "0") +
           over({shift, mean}, "$3 = $2 - $1, $0 += $3", {y}) + over_rows({shift}, "$0 = $0" + n) + filled(variance, "0") +
           over({shift, variance}, "$3 -= $0, $1 += $3 * $3", {y}) + over_rows({shift, mean, variance}, "$1 += $0, $2 = $2" + n) +
           over({variance}, "$2 /= std::sqrt($0 + " + eps + ")", {y});
  }
  /// Of y, scale and ct; 0 times anything is 0.
  template <class Temporary> std::string standardised_adjoint(const Temporary& temporary) {
    const CppArray scale{call_.in[1].name, rows_}, &ct = call_.in[2], &result = call_.out.front();
    const CppArray sum{temporary(rows_, Tensor()), rows_}, along{temporary(rows_, Tensor()), rows_};
    const std::string n = std::to_string(row_length());
    return filled(sum, "0") + filled(along, "0") + over({sum, along}, "$0 += $3, $1 += $3 == 0 ? 0 : $3 * $2", {ct}) +
           over({sum, along}, "$4 = $3 - $0 / " + n + " - ($1 == 0 ? 0 : $2 * $1 / " + n + ")", {ct, result}) +
           over({scale}, "if ($2 != 0) $2 *= $0", {result});
  }
  Index row_length() const { return x_.like.shape.numel() / std::max<Index>(1, rows_.shape.numel()); }
  static std::string put_in(std::string_view pattern, const std::vector<std::string>& at) {
    std::string text(pattern);
    for (std::size_t i = 0; i < at.size(); ++i) replace_all(text, fmt::format("${}", i), at[i]);
    return text;
  }
  /// Loops over x, which comes after the rows, and what has its shape.
  std::string over(const std::vector<CppArray>& rows, std::string_view pattern, const std::vector<CppArray>& alike = {}) {
    std::vector<Operand> operands;
    for (const CppArray& row : rows) operands.push_back({row.name, reduced_strides(x_.like.shape, mask_)});
    operands.push_back(whole(x_));
    for (const CppArray& other : alike) operands.push_back(whole(other));
    return loops(sizes_of(x_.like.shape), operands, [&](const auto& at) { return put_in(pattern, at); });
  }
  std::string over_rows(const std::vector<CppArray>& rows, std::string_view pattern) {
    std::vector<Operand> operands;
    for (const CppArray& row : rows) operands.push_back(whole(row));
    return loops(sizes_of(rows_.shape), operands, [&](const auto& at) { return put_in(pattern, at); });
  }

  const CppCall& call_;
  const CppArray& x_;
  unsigned mask_ = 0;
  Abstract rows_;
};

}  // namespace

std::string_view cpp_type(Dtype dtype) {
  if (dtype == f32) return "float";
  if (dtype == f64) return "double";
  if (dtype == i32) return "int";
  return dtype == i64 ? "long long" : "bool";
}

std::string cpp_numbers(const Tensor& x) {
  std::string text;
  for (const double number : x.to_vector<double>()) {
    text += text.empty() ? "" : ", ";
    if (std::isnan(number)) text += "NAN";
    else if (std::isinf(number)) text += number > 0 ? "HUGE_VAL" : "-HUGE_VAL";
    else text += fmt::format("{:.17g}", number);
  }
  return text;
}

std::string cpp_copy(const CppArray& to, const CppArray& from) {
  return loops(sizes_of(to.like.shape), {whole(to), whole(from)}, [](const auto& at) { return at[0] + " = " + at[1]; });
}

std::string cpp_statements(const CppCall& call, const std::function<std::string(const Abstract&, const Tensor&)>& temporary) {
  if (call.op.name == cast_op.name) return cpp_copy(call.out.front(), call.in.front());
  if (call.op.stops) return cpp_copy(call.out.front(), call.in.front());
  switch (call.op.kind) {
    case Kind::pointwise: return pointwise_statements(call);
    case Kind::linear: return LinearStatements(call).text(temporary);
    case Kind::bilinear:
      if (call.op.name == matmul_op.name) return matmul_statements(call);
      reject(call, "there is no loop for it");
    case Kind::general: break;
  }
  if (!params_of(call).contains("axes")) reject(call, "there is no loop for it");
  return RowStatements(call).text(temporary);
}

}  // namespace descent::inline v1::detail
