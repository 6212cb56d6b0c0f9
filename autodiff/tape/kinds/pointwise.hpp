#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <utility>

#include <descent/autodiff/kernels/lane.hpp>
#include <descent/autodiff/kernels/pointwise.hpp>
#include <descent/autodiff/tape/batch.hpp>
#include <descent/autodiff/tape/op.hpp>
#include <descent/autodiff/tensor/create.hpp>
#ifdef DESCENT_SIMD_LANES
#include <descent/autodiff/kernels/lanes.hpp>
#endif

// The kind Pointwise: an op writes `value` and its slopes once, generic in the element. Run on Lane they are the kernels;
// run on Tensor the slope is the differentiable rule. Everything else is derived here and in pointwise.cpp.

namespace descent::inline v1 {

#ifdef DESCENT_SIMD_LANES
using DefaultLanes = kernels::SimdLanes;
#else
using DefaultLanes = kernels::PlainLanes;  // a user's own op, compiled with the user's flags: other code, the same bits
#endif

/// What a pointwise op computes in.
enum class Domain : std::uint8_t {
  floating,  ///< integers and bool become f32
  numeric,   ///< bool becomes i32
  any,       ///< as it comes
  logical,   ///< everything becomes bool (x != 0)
};

/// Slopes that need no arithmetic: the cotangent passes unchanged, or not at all.
struct One {};
struct Zero {};

/// A constant in the type of x: `where(x > 0.0, like(x, 1.0), like(x, p.slope))`. A bare number would meet no tensor there.
template <class X> X like(const X& x, double value) {
  if constexpr (std::same_as<X, Tensor>) return scalar(value, x.dtype());
  else return X(value);
}

/// What make_op derives from a pointwise op; read by the interpreters and by fusion.
struct PointwiseRules {
  using Kernel = void (*)(const void* params, const kernels::Space& space, void* out, const kernels::Operand* in);
  enum class Slope : std::uint8_t { none, zero, one, function };

  int arity;
  int masks;  ///< so many first inputs are bool
  Domain domain;
  bool predicate;  ///< the result is bool
  bool from_output;
  std::array<Kernel, 5> value;                           ///< by the dtype computed in; null: not offered
  std::array<Slope, 3> slope;                            ///< by input
  std::array<std::array<Kernel, 2>, 3> times_slope;      ///< by input, f32 and f64: absorb(ct, slope) of (ct, inputs...) or (ct, output)
  std::array<Tensor (*)(const Call& call), 3> slope_of;  ///< by input: the slope as a tensor, differentiable
  std::array<const Op*, 3> times;                        ///< by input: absorb(ct, slope) as one call of a graph; null where a product does
  bool is_times = false;  ///< an op of that list: it has no derivative, and slope_of[0] is what it multiplies by
};

/// The dtype that an op computes in, of inputs of these dtypes.
Dtype computed_in(const PointwiseRules& rules, std::span<const Abstract> in);

/// absorb(ct, slope) in public ops, where `times` is an op of PointwiseRules::times.   in: ct, then what the slope reads
Tensor times_slope(const Op& times, const void* params, std::span<const Tensor> in);

void pointwise_infer(const Op& op, const void* params, std::span<const Abstract> in, std::span<Abstract> out);
void pointwise_forward(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out);
void pointwise_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out);
void pointwise_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out);

namespace detail {

/// What one pointwise op, on one kind of lane, turns into.
template <class T, class Lanes> struct PointwiseOf {
  static constexpr int arity = T::arity;
  using Inputs = std::make_index_sequence<std::size_t{arity}>;
  template <class E> using Lane = typename Lanes::template Lane<E>;
  template <class E> using Mask = typename Lanes::template Mask<E>;
  template <class E, std::size_t i> using Input = std::conditional_t<(int{i} < T::masks), Mask<E>, Lane<E>>;
  template <class E, std::size_t i> using Stored = std::conditional_t<(int{i} < T::masks), kernels::MaskOf<E>, E>;

  template <class... X> static auto value(const void* params, const X&... x) {
    if constexpr (std::same_as<typename T::Params, NoParams>) return T::value(x...);
    else return T::value(*static_cast<const typename T::Params*>(params), x...);
  }
  template <int i, class... A> static auto slope_with(const A&... args) {  // parameters first, where there are any
    if constexpr (requires { T::slope_from_output(args...); }) return T::slope_from_output(args...);
    else if constexpr (requires { T::template slope<i>(args...); }) return T::template slope<i>(args...);
    else return T::slope(args...);
  }
  template <int i, class... X> static auto slope(const void* params, const X&... x) {
    if constexpr (std::same_as<typename T::Params, NoParams>) return slope_with<i>(x...);
    else return slope_with<i>(*static_cast<const typename T::Params*>(params), x...);
  }

  template <std::size_t... I> static auto value_type(std::index_sequence<I...>)
      -> decltype(value(nullptr, std::declval<Input<float, I>>()...));
  static constexpr bool predicate = std::same_as<decltype(value_type(Inputs{})), Mask<float>>;
  static constexpr bool from_output = requires(const Lane<float>& y, const typename T::Params& p) {
    requires requires { T::slope_from_output(y); } || requires { T::slope_from_output(p, y); };
  };
  template <int i, std::size_t... I> static auto slope_type(std::index_sequence<I...>) {
    if constexpr (predicate || i >= arity || i < T::masks) return NoParams{};  // no slope
    else if constexpr (from_output) return slope<i>(nullptr, Lane<float>());
    else return slope<i>(nullptr, Input<float, I>()...);
  }
  template <int i> using SlopeType = decltype(slope_type<i>(Inputs{}));

  template <int i> static constexpr PointwiseRules::Slope slope_kind() {
    if constexpr (std::same_as<SlopeType<i>, NoParams>) return PointwiseRules::Slope::none;
    else if constexpr (std::same_as<SlopeType<i>, Zero>) return PointwiseRules::Slope::zero;
    else if constexpr (std::same_as<SlopeType<i>, One>) return PointwiseRules::Slope::one;
    else return PointwiseRules::Slope::function;
  }

  template <class E, std::size_t... I>
  static void run_value(const void* params, const kernels::Space& space, void* out, const kernels::Operand* in, std::index_sequence<I...>) {
    using Out = std::conditional_t<predicate, std::uint8_t, E>;
    kernels::map<Lanes, Out, Stored<E, I>...>(space, static_cast<Out*>(out), in,
                                              [params](const auto&... x) { return value(params, x...); });
  }
  template <class E> static void value_kernel(const void* params, const kernels::Space& space, void* out, const kernels::Operand* in) {
    run_value<E>(params, space, out, in, Inputs{});
  }

  template <int i, class E, std::size_t... I>
  static void run_times(const void* params, const kernels::Space& space, void* out, const kernels::Operand* in, std::index_sequence<I...>) {
    const auto compute = [params](const auto& ct, const auto&... x) { return absorb(ct, slope<i>(params, x...)); };
    if constexpr (from_output) kernels::map<Lanes, E, E, E>(space, static_cast<E*>(out), in, compute);
    else kernels::map<Lanes, E, E, Stored<E, I>...>(space, static_cast<E*>(out), in, compute);
  }
  template <int i, class E>
  static void times_kernel(const void* params, const kernels::Space& space, void* out, const kernels::Operand* in) {
    run_times<i, E>(params, space, out, in, Inputs{});
  }

  template <int i, std::size_t... I> static Tensor slope_from_inputs(const Call& call, std::index_sequence<I...>) {
    return as_tensor(slope<i>(call.params, call.in[I]...), call);
  }
  template <int i> static Tensor slope_tensor(const Call& call) {
    if constexpr (from_output) return as_tensor(slope<i>(call.params, call.out[0]), call);
    else return slope_from_inputs<i>(call, Inputs{});
  }
  static Tensor as_tensor(Tensor slope, const Call&) { return slope; }
  static Tensor as_tensor(double slope, const Call& call) {
    Dtype dtype = f32;  // the one the op computes in
    for (const Abstract* x : call.like.subspan(std::size_t{T::masks})) dtype = promote(dtype, x->dtype);
    return scalar(slope, dtype);
  }

  static constexpr PointwiseRules make() {
    PointwiseRules rules{arity, T::masks, T::domain, predicate, from_output, {}, {}, {}, {}, {}};
    rules.value[int(Dtype::f32)] = &value_kernel<float>;
    rules.value[int(Dtype::f64)] = &value_kernel<double>;
    if constexpr (T::domain == Domain::numeric || T::domain == Domain::any) {
      rules.value[int(Dtype::i32)] = &value_kernel<std::int32_t>;
      rules.value[int(Dtype::i64)] = &value_kernel<std::int64_t>;
    }
    if constexpr (T::domain == Domain::any) rules.value[int(Dtype::boolean)] = &value_kernel<std::uint8_t>;
    if constexpr (T::domain == Domain::logical) rules.value = {&value_kernel<std::uint8_t>};
    [&]<int... i>(std::integer_sequence<int, i...>) { (fill_slope<i>(rules), ...); }(std::make_integer_sequence<int, arity>{});
    return rules;
  }

 private:
  template <int i> static constexpr void fill_slope(PointwiseRules& rules) {
    rules.slope[i] = slope_kind<i>();
    if constexpr (slope_kind<i>() == PointwiseRules::Slope::function) {
      rules.times_slope[i] = {&times_kernel<i, float>, &times_kernel<i, double>};
      rules.slope_of[i] = &slope_tensor<i>;
    }
  }
};

template <class T, class Lanes, int i> consteval PointwiseRules make_times_rules() {
  using Of = PointwiseOf<T, Lanes>;
  PointwiseRules rules{1 + (Of::from_output ? 1 : T::arity), 0, Domain::floating, false, false, {}, {}, {}, {}, {}};
  rules.value[int(Dtype::f32)] = &Of::template times_kernel<i, float>;
  rules.value[int(Dtype::f64)] = &Of::template times_kernel<i, double>;
  rules.slope_of[0] = &Of::template slope_tensor<i>;
  rules.is_times = true;
  return rules;
}
template <class T, class Lanes, int i> inline constexpr PointwiseRules times_rules = make_times_rules<T, Lanes, i>();

template <class T, class Lanes, int i> consteval Op make_times_op() {
  Op op{};
  op.name = T::name;
  op.kind = Kind::pointwise;
  op.pointwise = &times_rules<T, Lanes, i>;
  op.min_inputs = op.max_inputs = 1 + (PointwiseOf<T, Lanes>::from_output ? 1 : T::arity);
  op.outputs = 1;
  op.params = params_table<typename T::Params>();
  op.infer = &pointwise_infer;
  op.forward = &pointwise_forward;
  op.batch = &batch_aligned;
  return op;
}
template <class T, class Lanes, int i> inline constexpr Op times_op = make_times_op<T, Lanes, i>();

template <class T, class Lanes> consteval PointwiseRules make_pointwise_rules() {
  PointwiseRules rules = PointwiseOf<T, Lanes>::make();
  const auto fill = [&rules]<int i>() {
    if constexpr (PointwiseOf<T, Lanes>::template slope_kind<i>() == PointwiseRules::Slope::function)
      rules.times[i] = &times_op<T, Lanes, i>;
  };
  if constexpr (T::masks == 0 && !requires { T::slope_is_operand; })
    [&]<int... i>(std::integer_sequence<int, i...>) { (fill.template operator()<i>(), ...); }(std::make_integer_sequence<int, T::arity>{});
  return rules;
}
template <class T, class Lanes> inline constexpr PointwiseRules pointwise_rules = make_pointwise_rules<T, Lanes>();

constexpr Keep default_keep(const PointwiseRules& rules) {
  for (const auto slope : rules.slope)
    if (slope == PointwiseRules::Slope::function) return rules.from_output ? keep::output : keep::inputs;
  return keep::none;
}

}  // namespace detail

/// An element-wise op of `n` inputs, which broadcast. T writes
///   static auto value(auto x, ...);                    on lanes; the first `masks` inputs arrive as masks
///   static auto slope(auto x) or template <int i> static auto slope(auto x, ...) or static auto slope_from_output(const auto& y);
/// each with `const Params& p` in front when T has parameters. A slope may be One{} or Zero{}. A value that is a mask has no slope.
/// `static constexpr bool slope_is_operand = true` says that absorb(ct, slope) is one call on what there is; `static constexpr Keep keep`
/// what the slopes really read, where that is less than all inputs.
template <class T, int n = 1> struct Pointwise {
  using Params = NoParams;
  static constexpr Kind kind = Kind::pointwise;
  static constexpr int arity = n;
  static constexpr int masks = 0;
  static constexpr Domain domain = Domain::floating;

  template <class Self, class Lanes = DefaultLanes> static consteval Op table() {
    Op op{};
    op.kind = Kind::pointwise;
    op.min_inputs = op.max_inputs = n;
    op.outputs = 1;
    op.pointwise = &detail::pointwise_rules<Self, Lanes>;
    op.untied = (1U << Self::masks) - 1U;
    if constexpr (requires { Self::keep; }) op.keep = Self::keep;
    else op.keep = detail::default_keep(detail::pointwise_rules<Self, Lanes>);
    op.infer = &pointwise_infer;
    op.forward = &pointwise_forward;
    op.vjp = &pointwise_vjp;
    op.jvp = &pointwise_jvp;
    op.batch = &batch_aligned;
    return op;
  }
};

}  // namespace descent::inline v1
