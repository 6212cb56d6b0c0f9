#include <descent/autodiff/kernels/matrix_exp.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <descent/autodiff/kernels/matmul.hpp>
#include <descent/autodiff/kernels/matrices.hpp>

namespace descent::inline v1::kernels {
namespace {

/// The approximant q(x)^-1 p(x), with p(x) = v + u and q(x) = v - u in their even and odd parts, is exact to eps up to this norm.
struct Approximant {
  double norm;
  std::vector<double> coefficients;  ///< of p, from the constant one on; as many as its degree and one
};

/// Higham's table 2.3, and that of his section 3 for f32.
template <class T> std::span<const Approximant> approximants() {
  static const std::vector<double> third{120, 60, 12, 1}, fifth{30240, 15120, 3360, 420, 30, 1},
      seventh{17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1};
  if constexpr (sizeof(T) == sizeof(float)) {
    static const Approximant all[] = {{4.258730016922831e-1, third}, {1.880152677804762, fifth}, {3.925724783138660, seventh}};
    return all;
  } else {
    static const Approximant all[] = {
        {1.495585217958292e-2, third},
        {2.539398330063230e-1, fifth},
        {9.504178996162932e-1, seventh},
        {2.097847961257068, {17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1}},
        {5.371920351148152,
         {64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
          33522128640, 1323241920, 40840800, 960960, 16380, 182, 1}}};
    return all;
  }
}

template <class T> class Exponential {
 public:
  explicit Exponential(Index n) : n_(n), pivots_(static_cast<std::size_t>(n)) {
    for (std::vector<T>* one : {&x_, &square_, &even_, &odd_, &power_, &next_}) *one = buffer<T>(n * n);
  }

  void operator()(const T* x, T* result) {
    double norm = 0;
    for (Index i = 0; i < n_; ++i) {
      double row = 0;
      for (Index j = 0; j < n_; ++j) row += std::abs(static_cast<double>(x[i * n_ + j]));
      norm = std::max(norm, std::min(row, std::numeric_limits<double>::max()));
    }
    const auto all = approximants<T>();
    const auto* chosen = std::find_if(all.data(), all.data() + all.size() - 1, [&](const Approximant& a) { return norm <= a.norm; });
    const int halvings = norm <= chosen->norm ? 0 : static_cast<int>(std::ceil(std::log2(norm / chosen->norm)));
    std::transform(x, x + n_ * n_, x_.begin(), [&](T element) { return std::ldexp(element, -halvings); });
    approximate(chosen->coefficients);
    for (int i = 0; i < halvings; ++i) {
      product(even_, even_, next_);
      std::swap(even_, next_);
    }
    std::copy_n(even_.begin(), n_ * n_, result);
  }

 private:
  using Matrix = std::vector<T>;

  void product(const Matrix& a, const Matrix& b, Matrix& c) const {
    matmul(Product{.m = n_, .n = n_, .k = n_}, a.data(), b.data(), c.data());
  }
  /// to += factor * x
  static void add(Matrix& to, double factor, const Matrix& x) {
    std::transform(to.begin(), to.end(), x.begin(), to.begin(), [&](T sum, T element) { return sum + static_cast<T>(factor) * element; });
  }

  /// even_ = q(x_)^-1 p(x_), the coefficients divided by the first, so that f32 holds them.
  void approximate(const std::vector<double>& c) {
    std::fill(even_.begin(), even_.end(), T(0));
    std::fill(next_.begin(), next_.end(), T(0));
    for (Index i = 0; i < n_; ++i) {
      even_[static_cast<std::size_t>(i * n_ + i)] = 1;
      next_[static_cast<std::size_t>(i * n_ + i)] = static_cast<T>(c[1] / c[0]);
    }
    product(x_, x_, square_);
    power_ = square_;
    for (std::size_t degree = 2; degree < c.size(); degree += 2) {
      add(even_, c[degree] / c[0], power_);
      add(next_, c[degree + 1] / c[0], power_);
      if (degree + 2 >= c.size()) break;
      product(power_, square_, odd_);
      std::swap(power_, odd_);
    }
    product(x_, next_, odd_);
    for (std::size_t i = 0; i < odd_.size(); ++i) {
      next_[i] = even_[i] - odd_[i];
      even_[i] += odd_[i];
    }
    // As they lie in memory both are transposed to LAPACK, and polynomials of one matrix commute.
    const lapack::OneThread alone;
    lapack::getrf(static_cast<int>(n_), next_.data(), pivots_.data());
    lapack::getrs('N', static_cast<int>(n_), static_cast<int>(n_), next_.data(), pivots_.data(), even_.data());
  }

  Index n_;
  Matrix x_, square_, even_, odd_, power_, next_;
  std::vector<int> pivots_;
};

}  // namespace

template <class T> void matrix_exp(Index batch, Index n, const T* x, T* result) {
  if (n == 0) return;
  const Index work = 16 * n * n * n;
  parallel_for(0, batch, std::max<Index>(1, kChunkWork / work), [&](Index lo, Index hi) {
    Exponential<T> exponential(n);
    for (Index b = lo; b < hi; ++b) {
      if (finite(x + b * n * n, n * n)) exponential(x + b * n * n, result + b * n * n);
      else fill_nan(result + b * n * n, n * n);
    }
  });
}

template void matrix_exp<float>(Index, Index, const float*, float*);
template void matrix_exp<double>(Index, Index, const double*, double*);

}  // namespace descent::inline v1::kernels
