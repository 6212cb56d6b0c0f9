#include <descent/autodiff/kernels/resample.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

TEMPLATE_TEST_CASE("resample is a banded product, on any number of threads", "", float, double) {
  for (const Index inner : {1, 3, 40, 700})
    for (const Index outer : {1, 2, 300}) {
      const std::vector<Index> first{0, 0, 2, 3, 9}, count{3, 6, 0, 5, 1}, start{0, 3, 9, 9, 14};
      const std::vector<TestType> weights = random_values<TestType>(15, 1);
      const Index columns = 10, rows = 5;
      if (outer * inner > 1500) continue;
      const std::vector<TestType> x = random_values<TestType>(outer * columns * inner, 2);
      std::vector<TestType> once;
      for (const int threads : {1, 2, 3, 7}) {
        const auto scope = set_threads(threads);
        std::vector<TestType> y = padded<TestType>(outer * rows * inner);
        resample<TestType>({rows, columns, first.data(), count.data(), start.data(), weights.data()}, outer, inner, x.data(), y.data());
        if (once.empty()) once = y;
        REQUIRE(same_bits(y.data(), once.data(), outer * rows * inner));
      }
      const TestType *from = x.data(), *got = once.data(), *w = weights.data();
      const Index *runs = first.data(), *lengths = count.data(), *begins = start.data();
      for (Index o = 0; o < outer; ++o)
        for (Index q = 0; q < rows; ++q)
          for (Index i = 0; i < inner; ++i) {
            double sum = 0, size = 0;
            for (Index k = 0; k < lengths[q]; ++k) {
              const double term = double{w[begins[q] + k]} * double{from[(o * columns + runs[q] + k) * inner + i]};
              sum += term;
              size += std::abs(term);
            }
            REQUIRE(std::abs(double{got[(o * rows + q) * inner + i]} - sum) <= 8 * std::numeric_limits<TestType>::epsilon() * size);
          }
    }
}
