#include <descent/autodiff/kernels/convolve.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

Index count(const Windows3& axes, Index Windows::*size) { return axes[0].*size * (axes[1].*size) * (axes[2].*size); }

struct Sizes {
  Index x, w, y;
  explicit Sizes(const Convolution& f)
      : x(f.batch * f.groups * f.in_channels * count(f.axes, &Windows::in)),
        w(f.groups * f.out_channels * f.in_channels * count(f.axes, &Windows::taps)),
        y(f.batch * f.groups * f.out_channels * count(f.axes, &Windows::out)) {}
};

/// Calls f(element of x, of w, of y) for every product of the sums.
template <class F> void products(const Convolution& form, F f) {
  const auto& [a, b, c] = form.axes;
  for (Index n = 0; n < form.batch; ++n)
    for (Index g = 0; g < form.groups; ++g)
      for (Index o = 0; o < form.out_channels; ++o)
        for (Index i = 0; i < form.in_channels; ++i)
          for (Index q0 = 0; q0 < a.out; ++q0)
            for (Index q1 = 0; q1 < b.out; ++q1)
              for (Index q2 = 0; q2 < c.out; ++q2)
                for (Index j0 = 0; j0 < a.taps; ++j0)
                  for (Index j1 = 0; j1 < b.taps; ++j1)
                    for (Index j2 = 0; j2 < c.taps; ++j2) {
                      const Index p0 = a.at(q0, j0), p1 = b.at(q1, j1), p2 = c.at(q2, j2);
                      if (!a.has(p0) || !b.has(p1) || !c.has(p2)) continue;
                      const Index x = (((n * form.groups + g) * form.in_channels + i) * a.in + p0) * b.in * c.in + p1 * c.in + p2;
                      const Index w =
                          (((g * form.out_channels + o) * form.in_channels + i) * a.taps + j0) * b.taps * c.taps + j1 * c.taps + j2;
                      const Index y = (((n * form.groups + g) * form.out_channels + o) * a.out + q0) * b.out * c.out + q1 * c.out + q2;
                      f(static_cast<std::size_t>(x), static_cast<std::size_t>(w), static_cast<std::size_t>(y));
                    }
}

template <class T> using Kernel = void (*)(const Convolution&, const T*, const T*, T*);

/// A result on several numbers of threads, the same bits each time, against the sum of products in f64.
template <class T> void check(const Convolution& form, Kernel<T> kernel, const std::vector<T>& a, const std::vector<T>& b,
                              const std::vector<double>& wanted, const std::vector<double>& magnitude) {
  const auto n = static_cast<Index>(wanted.size());
  std::vector<T> first;
  for (const int threads : {1, 2, 3, 7}) {
    const auto scope = set_threads(threads);
    std::vector<T> got = padded<T>(n);
    kernel(form, a.data(), b.data(), got.data());
    if (first.empty()) first = got;
    REQUIRE(same_bits(got.data(), first.data(), n));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO("element " << i << " of " << n << " is " << first[i] << ", wanted " << wanted[i]);
    REQUIRE(std::abs(static_cast<double>(first[i]) - wanted[i]) <= 64 * std::numeric_limits<T>::epsilon() * magnitude[i]);
  }
}

template <class T> void check_all(const Convolution& form) {
  const Sizes n(form);
  const std::vector<T> x = random_values<T>(n.x, 1), w = random_values<T>(n.w, 2), y = random_values<T>(n.y, 3);
  std::vector<double> to[3], size[3];
  const Index counts[] = {n.x, n.w, n.y};
  for (std::size_t k = 0; k < 3; ++k) to[k].resize(static_cast<std::size_t>(counts[k])), size[k] = to[k];
  products(form, [&](std::size_t ix, std::size_t iw, std::size_t iy) {
    const double at[] = {static_cast<double>(x[ix]), static_cast<double>(w[iw]), static_cast<double>(y[iy])};
    const std::size_t place[] = {ix, iw, iy};
    for (std::size_t k = 0; k < 3; ++k) {
      const double term = at[(k + 1) % 3] * at[(k + 2) % 3];
      to[k][place[k]] += term;
      size[k][place[k]] += std::abs(term);
    }
  });
  check<T>(form, &convolve<T>, x, w, to[2], size[2]);
  check<T>(form, &convolve_input_adjoint<T>, y, w, to[0], size[0]);
  check<T>(form, &convolve_weight_adjoint<T>, x, y, to[1], size[1]);
}

/// Windows with so many elements behind and before; out as many as fit.
Windows windows(Index in, Index taps, Index stride, Index before, Index after, Index dilation) {
  const Index room = in + before + after - dilation * (taps - 1) - 1;
  return {in, room < 0 ? 0 : room / stride + 1, taps, stride, before, dilation};
}

std::string text(const Convolution& f) {
  std::string s = "batch " + std::to_string(f.batch) + " groups " + std::to_string(f.groups) + " channels " +
                  std::to_string(f.in_channels) + " to " + std::to_string(f.out_channels);
  for (const Windows& w : f.axes)
    s += " [in " + std::to_string(w.in) + " out " + std::to_string(w.out) + " taps " + std::to_string(w.taps) + " stride " +
         std::to_string(w.stride) + " before " + std::to_string(w.before) + " dilation " + std::to_string(w.dilation) + "]";
  return s;
}

template <class T> void check_named(const Convolution& form) {
  INFO(text(form));
  check_all<T>(form);
}

}  // namespace

TEMPLATE_TEST_CASE("convolve and its adjoints are sums of products, on any number of threads", "", float, double) {
  std::mt19937 bits(7);
  const auto any = [&](Index low, Index high) { return low + static_cast<Index>(bits() % static_cast<unsigned>(high - low + 1)); };
  for (int round = 0; round < 200; ++round) {
    Convolution form{any(1, 3), any(1, 3), any(1, 5), any(1, 5), {}};
    const Index axes = any(1, 3), largest = axes == 1 ? 40 : axes == 2 ? 10 : 5;
    for (Index a = 3 - axes; a < 3; ++a) {
      Windows w;
      do {  // in an order, so that every compiler draws the same
        const Index in = any(1, largest), taps = any(1, 4), stride = any(1, 5), before = any(-2, 5), after = any(-2, 5),
                    dilation = any(1, 3);
        w = windows(in, taps, stride, before, after, dilation);
      } while (w.out == 0);
      if (any(0, 3) == 0) ++w.out;  // a last window that hangs over the end
      form.axes[static_cast<std::size_t>(a)] = w;
    }
    check_named<TestType>(form);
  }
}

TEMPLATE_TEST_CASE("convolve where the elements that no tap reads are more than the windows", "", float, double) {
  const Windows skipped = windows(3, 1, 2, -1, 0, 1);  // reads element 1 of 0, 1, 2
  check_named<TestType>({1, 1, 1, 1, {Windows{}, Windows{}, skipped}});
  check_named<TestType>({2, 1, 2, 3, {skipped, skipped, skipped}});
}

TEMPLATE_TEST_CASE("convolve in the shapes of networks", "", float, double) {
  const Windows line = windows(100, 5, 1, 2, 2, 1), plane = windows(13, 3, 1, 1, 1, 1), coarse = windows(15, 3, 2, 1, 1, 1);
  const Windows point = windows(12, 1, 1, 0, 0, 1), patch = windows(12, 4, 4, 0, 0, 1), whole = windows(12, 12, 1, 0, 0, 1);
  check_named<TestType>({2, 1, 3, 130, {Windows{}, Windows{}, line}});  // more channels than a block of rows
  check_named<TestType>({2, 1, 70, 16, {Windows{}, plane, plane}});     // a sum longer than a block
  check_named<TestType>({3, 1, 16, 20, {Windows{}, plane, plane}});
  check_named<TestType>({2, 1, 3, 16, {Windows{}, coarse, coarse}});
  check_named<TestType>({2, 24, 1, 1, {Windows{}, plane, plane}});  // depthwise
  check_named<TestType>({2, 1, 24, 40, {Windows{}, point, point}});
  check_named<TestType>({2, 1, 3, 24, {Windows{}, patch, patch}});
  check_named<TestType>({2, 1, 5, 7, {Windows{}, whole, whole}});
}

TEMPLATE_TEST_CASE("convolve of nothing is 0", "", float, double) {
  const Windows3 axes{Windows{}, windows(5, 3, 2, 1, 1, 1), windows(6, 2, 1, 0, 0, 2)};
  check_named<TestType>({0, 2, 3, 4, axes});
  check_named<TestType>({2, 2, 0, 4, axes});
  check_named<TestType>({2, 2, 3, 0, axes});
  check_named<TestType>({2, 0, 3, 4, axes});
  check_named<TestType>({2, 1, 3, 4, {Windows{}, windows(2, 3, 1, 0, 0, 1), windows(6, 2, 1, 0, 0, 2)}});  // no window
  check_named<TestType>({2, 1, 3, 4, {Windows{}, windows(0, 3, 1, 2, 2, 1), windows(6, 2, 1, 0, 0, 2)}});  // padding alone
}
