#pragma once

#include <concepts>
#include <cstdint>
#include <source_location>
#include <span>
#include <string_view>
#include <tuple>

#include <descent/autodiff/tape/params.hpp>
#include <descent/autodiff/tape/sample.hpp>
#include <descent/autodiff/tensor/arg.hpp>

// The facet table: everything the library asks of an op. An op file fills it through make_op<T>() from one of the kinds
// (kinds.hpp). To add a facet, add a member here; the compiler then lists every op that lacks it.

namespace descent::inline v1 {

struct Op;
struct PointwiseRules;
struct RowRules;
class Record;

enum class Kind : std::uint8_t { pointwise, linear, bilinear, general };

/// What a reverse tape must hold of a call for its vjp.
struct Keep {
  std::uint32_t inputs = 0;  ///< one bit per input; the last bit stands for all inputs from 31 on
  bool output = false;

  constexpr bool input(std::size_t i) const { return ((inputs >> (i < 31 ? i : 31)) & 1U) != 0; }
  friend constexpr Keep operator|(Keep a, Keep b) { return {a.inputs | b.inputs, a.output || b.output}; }
};
namespace keep {
inline constexpr Keep none{};
inline constexpr Keep inputs{~std::uint32_t{0}, false};
inline constexpr Keep output{0, true};
constexpr Keep input(int i) { return {std::uint32_t{1} << i, false}; }
}  // namespace keep

/// A recorded call as its rules see it.
struct Call {
  const Op& op;
  const void* params;
  std::span<const Tensor> in;             ///< absent where not kept
  std::span<const Tensor> out;            ///< absent where not kept
  std::span<const Abstract* const> like;  ///< every input's shape and dtype, kept or not
};

using Wanted = std::span<const std::uint8_t>;  ///< per input: is its cotangent asked for

/// A call with an input, or several, of which there is a batch; as its batch rule sees it.
struct BatchCall {
  const Op& op;
  const void* params;
  std::span<const Tensor> in;             ///< of those batched the whole batch, along axis 0; the others as they are
  std::span<const Abstract> like;         ///< one example of each
  std::span<const std::uint8_t> batched;  ///< which; at least one
  Index size;                             ///< of the batch
  const Record& record;
};

struct Op {
  std::string_view name;
  Kind kind;
  int min_inputs;
  int max_inputs;  ///< -1: any number
  int outputs;
  Keep keep;
  ParamsTable params;
  const PointwiseRules* pointwise;  ///< null for the other kinds
  const RowRules* rows;             ///< null: not an op on rows
  bool stops;                       ///< tapes for derivatives are not shown a call: its results are constants to them
  bool views;                       ///< the result has the elements of the input, under another shape
  std::uint32_t untied;             ///< inputs (one bit each) that take no part in promotion and give weak numbers no dtype

  /// Shapes and dtypes of the results. throws the op's typed errors
  void (*infer)(const Op& op, const void* params, std::span<const Abstract> in, std::span<Abstract> out);
  /// The results. Each is a new handle; an input handle may be taken and its memory reused.
  void (*forward)(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out);
  /// Cotangents of the wanted inputs; absent means zero. `ct` has one entry per output, absent where zero.
  void (*vjp)(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out);
  /// Tangents of the outputs; absent means zero. `t` has one entry per input, absent where zero.
  void (*jvp)(const Call& call, std::span<const Tensor> t, std::span<Tensor> out);
  /// The results for the whole batch, along axis 0. Null: there is no rule, and `no_batch` says why.
  void (*batch)(const BatchCall& call, std::span<Tensor> out);
  Samples (*samples)();
  std::string_view no_batch;
};

template <class T>
concept HasName = requires {
  { T::name } -> std::convertible_to<std::string_view>;
};
template <class T>
concept HasSamples = requires {
  { T::samples() } -> std::same_as<Samples>;
};
template <class T>
concept HasKind = requires {
  { T::kind } -> std::convertible_to<Kind>;
};

/// The sentence for a facet that an op cannot have: `static constexpr auto batch = no_rule("output size depends on the data");`
struct NoRule {
  std::string_view why;
};
consteval NoRule no_rule(std::string_view why) { return {why}; }
/// `static constexpr auto batch = in_front();`: the op works on the last axes, whatever stands in front of them.
struct InFront {};
consteval InFront in_front() { return {}; }
/// `static constexpr auto batch = one_by_one();`: nothing is gained by doing all examples at once.
struct OneByOne {};
consteval OneByOne one_by_one() { return {}; }

namespace detail {

/// The batch rules that ops share.
void batch_in_front(const BatchCall& call, std::span<Tensor> out);
void batch_one_by_one(const BatchCall& call, std::span<Tensor> out);
/// The op with other parameters, on whole batches of every input.
void batch_with(const BatchCall& call, const void* params, std::span<Tensor> out);

template <class T> void batch_by_params(const BatchCall& call, std::span<Tensor> out) {
  const typename T::Params params = T::batched(*static_cast<const typename T::Params*>(call.params), call.like, call.size);
  batch_with(call, &params, out);
}
template <class T> void batch_by_op(const BatchCall& call, std::span<Tensor> out) { T::batch(call, out); }

template <class T> consteval void fill_batch(Op& op) {
  if constexpr (requires { T::batch.why; }) {
    op.no_batch = T::batch.why;
  } else if constexpr (requires {
                         { T::batch } -> std::convertible_to<InFront>;
                       }) {
    op.batch = &batch_in_front;
  } else if constexpr (requires {
                         { T::batch } -> std::convertible_to<OneByOne>;
                       }) {
    op.batch = &batch_one_by_one;
  } else if constexpr (requires { &T::batched; }) {
    op.batch = &batch_by_params<T>;
  } else if constexpr (requires { &T::batch; }) {
    op.batch = &batch_by_op<T>;
  } else {
    static_assert(T::kind == Kind::pointwise,
                  "op has no batch rule: write batched(params, like, size), batch(call, out), batch = in_front(), "
                  "batch = one_by_one() or batch = no_rule(\"why\")");
  }
}

}  // namespace detail

/// Fills the table for the op type T.
template <class T> consteval Op make_op() {
  static_assert(HasName<T>, "op has no name: write static constexpr std::string_view name = ...");
  static_assert(HasKind<T>, "op has no kind: derive from Pointwise, Linear, Bilinear or General");
  static_assert(HasSamples<T>, "op has no samples(): the universal gradcheck would have nothing to check");
  Op op = T::template table<T>();
  op.name = T::name;
  op.samples = &T::samples;
  op.params = detail::params_table<typename T::Params>();
  if constexpr (requires { T::stops; }) op.stops = T::stops;
  if constexpr (requires { T::views; }) op.views = T::views;
  detail::fill_batch<T>(op);
  return op;
}

/// Runs an op on its arguments and shows the call to every open tape it concerns. `in` may be taken.
/// throws  what the op throws, with the place of the call; TapeError for a tensor of another thread's tape
void execute(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, std::source_location where);

/// Turns arguments into tensors: weak numbers take the dtype of the tensors they meet.
void resolve(const Op& op, std::span<Arg* const> args, std::span<Tensor> out);

namespace detail {
template <class... A> Tensor bind(const Op& op, const void* params, A&... args) {
  Tensor in[sizeof...(A)];
  Tensor out[1];
  if ((args.is_number() || ...)) {
    Arg* const list[] = {&args...};
    resolve(op, list, in);
  } else {
    Tensor* next = in;
    ((*next++ = args.take()), ...);
  }
  execute(op, params, in, out, std::get<0>(std::tie(args...)).where());
  return std::move(out[0]);
}
}  // namespace detail

/// Calls an op with one result: `Tensor tanh(Arg x) { return bind(tanh_op, std::move(x)); }`.
template <std::same_as<Arg>... A> Tensor bind(const Op& op, A&&... args) { return detail::bind(op, nullptr, args...); }
template <class P, std::same_as<Arg>... A>
  requires(!std::same_as<P, Arg>)
Tensor bind(const Op& op, const P& params, A&&... args) {
  return detail::bind(op, &params, args...);
}
/// Calls an op on any number of inputs.
template <class P> Tensor bind_list(const Op& op, const P& params, std::vector<Tensor> in, std::source_location where) {
  Tensor out[1];
  execute(op, &params, in, out, where);
  return std::move(out[0]);
}

}  // namespace descent::inline v1
