#pragma once

#include <array>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/kinds/pointwise.hpp>
#include <descent/autodiff/tape/row_rules.hpp>

// The kinds Linear and Bilinear: an op writes its map and its adjoint(s); vjp, jvp and all higher orders are derived,
// because the adjoint is written with public ops and the tangent is the map itself.

namespace descent::inline v1 {

/// x + y where either may be absent (zero).
Tensor sum_present(Tensor x, Tensor y);
/// The op applied to its first input replaced; the derived jvp.
Tensor apply_op(const Call& call, std::span<const Tensor> in);

namespace detail {

/// Calls f with the op's parameters, or with none where it has none.
template <class T, class F> constexpr decltype(auto) with_params(const void* params, F&& f) {
  if constexpr (std::same_as<typename T::Params, NoParams>) return f();
  else return f(*static_cast<const typename T::Params*>(params));
}

template <std::size_t... I, class F> decltype(auto) spread(std::index_sequence<I...>, F&& f) {
  return f(std::integral_constant<std::size_t, I>{}...);
}

/// Shape, dtype and forward of an op that writes `shape`, optionally `dtype`, and `forward` on `n` inputs.
template <class T, int n> struct ShapedOp {
  using Inputs = std::make_index_sequence<std::size_t{n}>;

  static Dtype result_dtype(const void* params, std::span<const Abstract> in) {
    return with_params<T>(params, [&](const auto&... p) {
      return spread(Inputs{}, [&](auto... i) {
        if constexpr (requires { T::dtype(p..., in[i].dtype...); }) return T::dtype(p..., in[i].dtype...);
        else return in[0].dtype;
      });
    });
  }
  static void infer(const Op&, const void* params, std::span<const Abstract> in, std::span<Abstract> out) {
    with_params<T>(params, [&](const auto&... p) {
      spread(Inputs{}, [&](auto... i) { out[0] = {T::shape(p..., in[i].shape...), result_dtype(params, in)}; });
    });
  }
  static void forward(const Op&, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
    with_params<T>(params, [&](const auto&... p) { spread(Inputs{}, [&](auto... i) { out[0] = T::forward(p..., std::move(in[i])...); }); });
  }
};

/// The members every non-pointwise kind fills alike.
template <class T, int n> consteval Op shaped_table(Kind kind) {
  Op op{};
  op.kind = kind;
  op.min_inputs = op.max_inputs = n;
  op.outputs = 1;
  op.infer = &ShapedOp<T, n>::infer;
  op.forward = &ShapedOp<T, n>::forward;
  if constexpr (requires { T::untied; }) op.untied = T::untied;
  if constexpr (requires { T::template of_rows<float>; }) op.rows = &row_rules<T>;
  return op;
}

}  // namespace detail

/// A map that is linear in its first input; `extra` further inputs (indices) are constants to it. T writes
///   static Shape  shape(p, const Shape& x, ...);
///   static Tensor forward(p, const Tensor& x, ...);
///   static Tensor adjoint(p, const Abstract& x, ..., const Tensor& ct);   with public ops
/// and `dtype(p, Dtype...)` where it is not x's. `p` is left out where T has no parameters.
template <class T, int extra = 0> struct Linear {
  using Params = NoParams;
  static constexpr Kind kind = Kind::linear;

  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0]) return;
    detail::with_params<T>(call.params, [&](const auto&... p) {
      detail::spread(std::make_index_sequence<std::size_t{extra}>{},
                     [&](auto... i) { out[0] = T::adjoint(p..., *call.like[0], call.in[std::size_t{i} + 1]..., ct[0]); });
    });
  }
  static void jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
    if (t[0].absent()) return;
    std::array<Tensor, std::size_t{1} + extra> in{t[0]};
    for (std::size_t i = 1; i < in.size(); ++i) in[i] = call.in[i];
    out[0] = apply_op(call, in);
  }
  template <class Self> static consteval Op table() {
    Op op = detail::shaped_table<Self, 1 + extra>(Kind::linear);
    op.keep = Keep{((1U << (1 + extra)) - 1U) & ~1U, false};
    op.untied |= ((1U << (1 + extra)) - 1U) & ~1U;
    op.vjp = &vjp;
    op.jvp = &jvp;
    return op;
  }
};

/// A map of any number of inputs that is linear in all of them together. T writes
///   static Shape  shape(p, std::span<const Abstract> x);
///   static Tensor forward(p, std::span<const Tensor> x);
///   static Tensor adjoint(p, std::span<const Abstract* const> x, std::size_t i, const Tensor& ct);
template <class T> struct LinearList {
  using Params = NoParams;
  static constexpr Kind kind = Kind::linear;

  static void infer(const Op&, const void* params, std::span<const Abstract> in, std::span<Abstract> out) {
    Dtype dtype = in[0].dtype;
    for (const Abstract& x : in) dtype = promote(dtype, x.dtype);
    detail::with_params<T>(params, [&](const auto&... p) { out[0] = {T::shape(p..., in), dtype}; });
  }
  static void forward(const Op&, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
    detail::with_params<T>(params, [&](const auto&... p) { out[0] = T::forward(p..., in); });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i]) detail::with_params<T>(call.params, [&](const auto&... p) { out[i] = T::adjoint(p..., call.like, i, ct[0]); });
  }
  static void jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
    std::vector<Tensor> in(t.begin(), t.end());
    for (std::size_t i = 0; i < in.size(); ++i)
      if (in[i].absent()) in[i] = zeros(call.like[i]->shape, call.like[i]->dtype);
    out[0] = apply_op(call, in);
  }
  template <class Self> static consteval Op table() {
    Op op{};
    op.kind = Kind::linear;
    op.min_inputs = 1;
    op.max_inputs = -1;
    op.outputs = 1;
    op.infer = &infer;
    op.forward = &forward;
    op.vjp = &vjp;
    op.jvp = &jvp;
    return op;
  }
};

/// A map linear in each of two inputs. T writes shape, forward and
///   template <int i> static Tensor adjoint(p, const Abstract& x, const Tensor& other, const Tensor& ct);   the cotangent of input i
/// Inputs arrive in one promoted, floating dtype.
template <class T> struct Bilinear {
  using Params = NoParams;
  static constexpr Kind kind = Kind::bilinear;

  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    detail::with_params<T>(call.params, [&](const auto&... p) {
      if (wanted[0]) out[0] = T::template adjoint<0>(p..., *call.like[0], call.in[1], ct[0]);
      if (wanted[1]) out[1] = T::template adjoint<1>(p..., *call.like[1], call.in[0], ct[0]);
    });
  }
  static void jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (t[i].absent()) continue;
      std::array<Tensor, 2> in{call.in[0], call.in[1]};
      in[i] = t[i];
      out[0] = sum_present(std::move(out[0]), apply_op(call, in));
    }
  }
  template <class Self> static consteval Op table() {
    Op op = detail::shaped_table<Self, 2>(Kind::bilinear);
    op.keep = keep::inputs;
    op.infer = &promoted_infer<Self>;
    op.forward = &promoted_forward<Self>;
    op.vjp = &vjp;
    op.jvp = &jvp;
    return op;
  }

 private:
  template <class Self>
  static void promoted_infer(const Op& op, const void* params, std::span<const Abstract> in, std::span<Abstract> out) {
    detail::ShapedOp<Self, 2>::infer(op, params, in, out);
    out[0].dtype = promote(f32, promote(in[0].dtype, in[1].dtype));
  }
  template <class Self> static void promoted_forward(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out);
};

/// `x` in another dtype, elements converted; the same handle where nothing changes. Below the tape: not differentiated.
Tensor converted(Tensor x, Dtype dtype);

template <class T> template <class Self>
void Bilinear<T>::promoted_forward(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  const Dtype common = promote(f32, promote(in[0].dtype(), in[1].dtype()));
  for (Tensor& x : in) x = converted(std::move(x), common);
  detail::ShapedOp<Self, 2>::forward(op, params, in, out);
}

}  // namespace descent::inline v1
