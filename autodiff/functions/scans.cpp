#include <descent/autodiff/functions/scans.hpp>

#include <limits>
#include <vector>

#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

/// `count` positions of the axis from `start` on.
Tensor stretch(const Tensor& x, int axis, Index start, Index count) {
  std::vector<Index> starts(static_cast<std::size_t>(x.rank()), 0);
  starts[static_cast<std::size_t>(axis)] = start;
  return slice(x, starts, std::vector<Index>(starts.size(), 1), x.shape().with(axis, count));
}

}  // namespace

// With m_k the greatest so far: s_k = e^(m_(k-1) - m_k) s_(k-1) + e^(x_k - m_k) and y_k = m_k + log(s_k). No term exceeds 1. y does not
// depend on m, which is therefore a constant to every derivative.
Tensor logcumsumexp(Arg x, Index axis, ScanForm form) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Given given(std::move(x));
  const int on = given.axis("logcumsumexp", axis);
  const Tensor terms = cast(given.x, promote(f32, given.x.dtype()));
  const Index n = terms.size(on);
  if (n == 0) return terms;
  const Tensor greatest = stop_gradient(cummax(terms, on, form));
  const Tensor shift = where(isfinite(greatest), greatest, 0);
  const Tensor none = greatest == -infinity;  // nothing but -infinity so far
  const Tensor earlier = stretch(greatest, on, form.reverse ? 1 : 0, n - 1);
  const Tensor later = stretch(shift, on, form.reverse ? 0 : 1, n - 1);
  const Tensor decay = exp(earlier - later);
  const Tensor first = zeros_like(stretch(shift, on, 0, 1));
  const Tensor total =
      linear_recurrence(form.reverse ? concat({decay, first}, on) : concat({first, decay}, on), exp(terms - shift), on, form);
  return where(none, -infinity, shift + log(where(none, 1, total)));
}

}  // namespace descent::inline v1
