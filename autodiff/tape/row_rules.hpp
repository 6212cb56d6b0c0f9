#pragma once

#include <array>

#include <descent/autodiff/kernels/reduce.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

/// What fusion asks of an op that does the same to each row, the axes that it works along being the last ones. Its type T writes
///   static constexpr bool reduces = ...;                         one number for each row, else as many as there are
///   template <class E> static void of_rows(const kernels::Reduction& rows, const E* x, E* y);          E: float, double
///   static unsigned row_axes(const Params& p, const Abstract& x);                                      one bit for each axis
/// and where a reduction of one long row may be cut into blocks of kernels::reduce_block
///   template <class E> static E add_up(const E* blocks, Index n);                                      what those of the blocks make
struct RowRules {
  using Kernel = void (*)(const kernels::Reduction& rows, const void* x, void* y);

  bool reduces;
  unsigned (*axes)(const void* params, const Abstract& x);
  std::array<Kernel, 2> kernel;                                            ///< f32, f64
  std::array<void (*)(const void* blocks, Index n, void* y), 2> add_up{};  ///< null: it cannot be cut
};

namespace detail {

template <class T, class E> void run_rows(const kernels::Reduction& rows, const void* x, void* y) {
  T::template of_rows<E>(rows, static_cast<const E*>(x), static_cast<E*>(y));
}
template <class T, class E> void run_add_up(const void* blocks, Index n, void* y) {
  *static_cast<E*>(y) = T::template add_up<E>(static_cast<const E*>(blocks), n);
}
template <class T> constexpr RowRules make_row_rules() {
  RowRules rules{T::reduces,
                 [](const void* params, const Abstract& x) { return T::row_axes(*static_cast<const typename T::Params*>(params), x); },
                 {&run_rows<T, float>, &run_rows<T, double>}};
  if constexpr (requires { T::template add_up<float>; }) rules.add_up = {&run_add_up<T, float>, &run_add_up<T, double>};
  return rules;
}

}  // namespace detail

template <class T> inline constexpr RowRules row_rules = detail::make_row_rules<T>();

}  // namespace descent::inline v1
