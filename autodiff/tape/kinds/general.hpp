#pragma once

#include <descent/autodiff/tape/kinds/linear.hpp>

// The kind General: for a map that is neither element-wise nor (bi)linear. Its comment says why no stronger kind fits.

namespace descent::inline v1 {

/// jvp by differentiating the op's vjp in its cotangent: <ct, J t> is linear in ct.
void jvp_from_vjp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out);
/// For ops whose results are piecewise constant or integers: every cotangent and tangent is zero.
void zero_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out);
void zero_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out);

/// An op of `n` inputs and one result. T writes `shape` and `forward` as Linear does, and
///   static constexpr Keep keep = ...;
///   template <int i> static Tensor vjp(const Call& call, const Tensor& ct);    with public ops; call.in, call.out, params_of<Params>(call)
///   static Tensor jvp(const Call& call, std::span<const Tensor> t);            only where faster than the derived one
/// or `static constexpr bool differentiable = false`.
template <class T, int n = 1> struct General {
  using Params = NoParams;
  static constexpr Kind kind = Kind::general;
  static constexpr bool differentiable = true;

  template <class P> static const P& params_of(const Call& call) { return *static_cast<const P*>(call.params); }

  template <class Self> static consteval Op table() {
    Op op = detail::shaped_table<Self, n>(Kind::general);
    fill_rules<Self>(op);
    return op;
  }

 protected:
  template <class Self> static void each_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    [&]<int... i>(std::integer_sequence<int, i...>) {
      (one_vjp<Self, i>(call, ct, wanted, out), ...);
    }(std::make_integer_sequence<int, n>{});
  }
  template <class Self, int i> static void one_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if constexpr (requires { Self::template vjp<i>(call, ct[0]); }) {
      if (wanted[i]) out[i] = Self::template vjp<i>(call, ct[0]);
    }
  }
  template <class Self> static void own_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
    out[0] = Self::jvp(call, t);
  }

  template <class Self> static consteval void fill_rules(Op& op) {
    if constexpr (!Self::differentiable) {
      op.vjp = &zero_vjp;
      op.jvp = &zero_jvp;
    } else {
      op.keep = Self::keep;
      op.vjp = &each_vjp<Self>;
      if constexpr (requires(const Call& call, std::span<const Tensor> t) { Self::jvp(call, t); }) op.jvp = &own_jvp<Self>;
      else op.jvp = &jvp_from_vjp;
    }
  }
};

/// An op with several results. T writes, on spans,
///   static void infer(p, std::span<const Abstract> in, std::span<Abstract> out);
///   static void forward(p, std::span<Tensor> in, std::span<Tensor> out);
///   static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out);   ct absent where zero
/// Results of an integer dtype carry no derivative.
template <class T, int n, int results> struct GeneralList {
  using Params = NoParams;
  static constexpr Kind kind = Kind::general;

  template <class Self> static consteval Op table() {
    Op op{};
    op.kind = Kind::general;
    op.min_inputs = op.max_inputs = n;
    op.outputs = results;
    op.keep = Self::keep;
    op.infer = &run_infer<Self>;
    op.forward = &run_forward<Self>;
    op.vjp = &Self::vjp;
    op.jvp = &jvp_from_vjp;
    return op;
  }

 private:
  template <class Self> static void run_infer(const Op&, const void* params, std::span<const Abstract> in, std::span<Abstract> out) {
    detail::with_params<Self>(params, [&](const auto&... p) { Self::infer(p..., in, out); });
  }
  template <class Self> static void run_forward(const Op&, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
    detail::with_params<Self>(params, [&](const auto&... p) { Self::forward(p..., in, out); });
  }
};

}  // namespace descent::inline v1
