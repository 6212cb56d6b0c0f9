#include <descent/tests/conformance/table.hpp>

#include <descent/autodiff/functions/special.hpp>
#include <descent/tests/conformance/forms.hpp>

// The rows of special functions.

namespace descent::conformance {
namespace {

using A = const Args&;

auto of(Tensor (*f)(Arg)) {
  return [f](A a) { return f(a.x(0)); };
}
Tensor polygamma_of(A a) { return polygamma(a.whole(1, "n", 0), a.x(0)); }
Tensor mvlgamma_of(A a) { return mvlgamma(a.x(0), a.whole(1, "p", 1)); }

const Row rows[] = {
    {"digamma", of(digamma)},
    {"erfinv", of(erfinv)},
    {"i0", of(i0)},
    {"lgamma", of(lgamma)},
    {"mvlgamma.mvlgamma_p_1", mvlgamma_of},
    {"mvlgamma.mvlgamma_p_3", mvlgamma_of},
    {"polygamma.polygamma_n_0", polygamma_of},
    {"polygamma.polygamma_n_1", polygamma_of},
    {"polygamma.polygamma_n_2", polygamma_of},
    {"sinc", of(sinc)},
    {"special.erfcx", of(erfcx)},
    {"special.i0e", of(i0e)},
    {"special.i1", of(i1)},
    {"special.i1e", of(i1e)},
    {"special.log_ndtr", of(log_ndtr)},
    {"special.ndtri", of(ndtri)},
};

}  // namespace

std::span<const Row> special_rows() { return rows; }

}  // namespace descent::conformance
