#include <descent/tests/autodiff/ops/slopes.hpp>

#include <cmath>
#include <ostream>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

namespace descent::test {
namespace {

Tensor column(const Numbers& x) { return from_vector(x); }

/// d sum f(x) / dx, differentiable by what watches x.
Tensor slope_at(const Unary& f, const Tensor& at) {
  Tape tape;
  const Tensor x = tape.watch(at);
  const Tensor y = sum(f(x));
  return tape.knows(y) ? tape.gradient(y, x) : zeros_like(at);
}

bool close(double got, double want, double tolerance) {
  if (std::isnan(want)) return std::isnan(got);
  return got == want || std::abs(got - want) <= tolerance * std::abs(want);
}

}  // namespace

Numbers value(const Unary& f, const Numbers& x) { return f(column(x)).to_vector<double>(); }
Numbers value(const Binary& f, const Numbers& x, const Numbers& y) { return f(column(x), column(y)).to_vector<double>(); }

Numbers slope(const Unary& f, const Numbers& x) { return slope_at(f, column(x)).to_vector<double>(); }
Numbers slope_x(const Binary& f, const Numbers& x, const Numbers& y) {
  return slope([&](const Tensor& t) { return f(t, column(y)); }, x);
}
Numbers slope_y(const Binary& f, const Numbers& x, const Numbers& y) {
  return slope([&](const Tensor& t) { return f(column(x), t); }, y);
}

Numbers curvature(const Unary& f, const Numbers& x) {
  return slope([&](const Tensor& t) { return slope_at(f, t); }, x);
}
Numbers mixed(const Binary& f, const Numbers& x, const Numbers& y) {
  return slope([&](const Tensor& t) { return slope_at([&](const Tensor& s) { return f(s, t); }, column(x)); }, y);
}

bool operator==(const Numbers& got, const Near& near) {
  if (got.size() != near.want.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!close(got[i], near.want[i], near.tolerance)) return false;
  return true;
}

std::ostream& operator<<(std::ostream& out, const Near& near) {
  out << "near {";
  for (const double x : near.want) out << ' ' << x;
  return out << " } within " << near.tolerance;
}

}  // namespace descent::test
