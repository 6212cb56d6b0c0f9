// pow: d(x^y) = y x^(y-1) dx + x^y log(x) dy.
//
// In x: y = 0 absorbs, so x^0 has slope 0 at x = 0 too; the product absorbs rather than selects because its own derivative
// in y, x^(y-1), is not 0. In y: at x = 0 the limit is 0 for y > 0 and 0 is taken for y = 0 as well; NaN below x = 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Pow : Pointwise<Pow, 2> {
  static constexpr std::string_view name = "pow";
  static auto value(auto x, auto y) { return pow(x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return absorb(y, pow(x, y - 1.0));
    else return where((x == 0.0) & (y >= 0.0), 0.0, absorb(pow(x, y), log(x)));
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, 0.3, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, 0.5, 2), values({-1, 0, 2, 0.5})}),
            kink(inputs({values({0, 0, 0, 0, -2, -2}), values({0, 1, 2, 0.5, 3, 0})}),
                 "the polynomial's slope in the base, infinite at 0 below exponent 1; in the exponent 0 at base 0, NaN below")};
  }
};

/// x^c for a constant c: the powers that a polynomial has are products, the others Pow's. Its slope is a power again.
struct PowNumber : Pointwise<PowNumber> {
  static constexpr std::string_view name = "pow_number";
  struct Params {
    double exponent = 1;
  };
  static auto value(const Params& p, auto x) {
    if (p.exponent == 2) return x * x;  // of the slope of x^3: pow itself takes square
    if (p.exponent == 3) return x * x * x;
    if (p.exponent == 4) return (x * x) * (x * x);
    return pow(x, like(x, p.exponent));
  }
  template <class X> static X slope(const Params& p, const X& x) {
    if (p.exponent == 0) return like(x, 0);
    if constexpr (std::same_as<X, Tensor>) return p.exponent * pow(x, p.exponent - 1.0);
    else return p.exponent * value({p.exponent - 1}, x);
  }
  static Samples samples() {
    return {with(Params{3}, {uniform({3, 4}, -2, 2)}), with(Params{4}, {uniform({3, 4}, -2, 2)}),
            with(Params{-1.5}, {uniform({4}, 0.5, 2)}), with(Params{0}, {uniform({4}, -2, 2)}),
            kink(with(Params{0.5}, {values({0, 4})}), "one-sided: the slope is infinite at 0 below exponent 1")};
  }
};

bool is_two(const Arg& y) { return y.is_number() && y.number().real == 2.0; }
bool is_floating_tensor(const Arg& x) { return !x.is_number() && x.tensor().present() && is_floating(x.tensor().dtype()); }

}  // namespace

constinit const Op pow_op = make_op<Pow>();
constinit const Op pow_number_op = make_op<PowNumber>();
Tensor pow_number(Arg x, double exponent) { return bind(pow_number_op, PowNumber::Params{exponent}, std::move(x)); }
Tensor pow(Arg x, Arg y) {
  if (is_two(y) && is_floating_tensor(x)) return square(std::move(x));
  if (y.is_number() && is_floating_tensor(x)) return pow_number(std::move(x), y.number().real);
  return bind(pow_op, std::move(x), std::move(y));
}

}  // namespace descent::inline v1
