#include <descent/autodiff/kernels/matrix_exp.hpp>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;

TEMPLATE_TEST_CASE("matrix_exp: every approximant, and squarings, against the exponential of a number", "", float, double) {
  using T = TestType;
  for (const double x : {0.0, 1e-3, 0.01, 0.2, 0.4, 0.9, 1.8, 2.0, 3.9, 5.0, 20.0, -20.0}) {
    const T in[] = {static_cast<T>(x), 1, 0, static_cast<T>(x)};  // e^x [[1, 1], [0, 1]]
    T out[4];
    matrix_exp(1, 2, in, out);
    const double wanted = std::exp(static_cast<double>(in[0]));
    INFO(x);
    for (const int i : {0, 1, 3})
      CHECK(std::abs(static_cast<double>(out[i]) / wanted - 1) < 200 * double{std::numeric_limits<T>::epsilon()});
    CHECK(out[2] == 0);
  }
}

TEST_CASE("matrix_exp: the same bits at any number of threads") {
  for (const auto& [batch, n] : {std::pair<Index, Index>{40, 12}, {1, 150}}) {
    std::vector<double> x(static_cast<std::size_t>(batch * n * n)), first(x.size()), now(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i)) / 8;
    matrix_exp(batch, n, x.data(), first.data());
    for (const int count : {1, 2, 3}) {
      const auto some = set_threads(count);
      matrix_exp(batch, n, x.data(), now.data());
      CHECK(now == first);
    }
  }
}
