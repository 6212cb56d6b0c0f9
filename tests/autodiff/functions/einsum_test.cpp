#include <descent/autodiff/functions/einsum.hpp>

#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/autodiff/functions/products.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Tensor numbers(const Shape& shape, double from) { return reshape(sin(arange(shape.numel(), f64) + from), shape); }

}  // namespace

TEST_CASE("einsum: one tensor") {
  const Tensor m = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(holds(einsum("ij->ji", {m}), {1, 4, 2, 5, 3, 6}));
  CHECK(einsum("ij->ji", {m}).shape() == Shape{3, 2});
  CHECK(holds(einsum("ij->i", {m}), {6, 15}));
  CHECK(holds(einsum("ij->", {m}), {21}));
  CHECK(holds(einsum("ba", {m}), {1, 4, 2, 5, 3, 6}));  // in alphabetical order
  CHECK(holds(einsum("...", {m}), {1, 2, 3, 4, 5, 6}));
  CHECK(holds(einsum("i...->...", {m}), {5, 7, 9}));
  CHECK(holds(einsum("aB->Ba", {m}), list(einsum("aB", {m}))));  // capitals first
  CHECK(einsum("->", {scalar(3, f64)}).item<double>() == 3);
}

TEST_CASE("einsum: a letter twice in one list is a diagonal") {
  const Tensor m = grid({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(holds(einsum("ii->i", {m}), {1, 5, 9}));
  CHECK(holds(einsum("ii", {m}), {15}));
  CHECK(holds(einsum("iii->i", {reshape(arange(8, f64), {2, 2, 2})}), {0, 7}));
  CHECK(holds(einsum("iij->ij", {reshape(arange(12, f64), {2, 2, 3})}), {0, 1, 2, 9, 10, 11}));
  CHECK(holds(einsum("ij,jj->i", {m, m}), {1 + 10 + 27, 4 + 25 + 54, 7 + 40 + 81}));
  CHECK(holds(slope([](const Tensor& x) { return einsum("ii->i", {x}); }, m), {1, 0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST_CASE("einsum: two tensors are products of matrices") {
  const Tensor a = numbers({2, 3}, 0), b = numbers({3, 4}, 1), c = numbers({5, 2, 3}, 2), d = numbers({5, 3, 4}, 3);
  CHECK(holds(einsum("ij,jk->ik", {a, b}), list(matmul(a, b))));
  CHECK(holds(einsum("ij,jk", {a, b}), list(matmul(a, b))));
  CHECK(holds(einsum("ij,jk->ki", {a, b}), list(transpose(matmul(a, b)))));
  CHECK(holds(einsum("ji,jk->ik", {transpose(a), b}), list(matmul(a, b))));
  CHECK(holds(einsum("ij,kj->ik", {a, transpose(b)}), list(matmul(a, b))));
  CHECK(holds(einsum("nij,njk->nik", {c, d}), list(matmul(c, d)), 1e-15));
  CHECK(holds(einsum("...ij,...jk", {c, b}), list(matmul(c, b)), 1e-15));
  CHECK(holds(einsum("nij,nij->n", {c, c}), list(sum(square(c), {1, 2})), 1e-15));
  CHECK(holds(einsum("nij,nij->nij", {c, c}), list(square(c))));
  CHECK(holds(einsum("i,j->ij", {vec({1, 2}), vec({3, 4})}), {3, 4, 6, 8}));
  CHECK(holds(einsum("i,j->ji", {vec({1, 2}), vec({3, 4})}), {3, 6, 4, 8}));
  CHECK(holds(einsum("ij,kl->", {a, b}), list(sum(a) * sum(b)), 1e-15));
  CHECK(holds(einsum(",ij->ij", {scalar(2, f64), a}), list(2.0 * a)));
}

TEST_CASE("einsum: several tensors, in an order that keeps products small") {
  const Tensor a = numbers({2, 30}, 0), b = numbers({30, 30}, 1), v = numbers({30}, 2);
  CHECK(holds(einsum("ij,jk,k->i", {a, b, v}), list(matmul(a, matmul(b, v))), 1e-14));
  CHECK(holds(einsum("i,ij,j", {v, b, v}), list(matmul(v, matmul(b, v))), 1e-14));
  CHECK(holds(einsum("i,i,i->i", {v, v, v}), list(v * v * v), 1e-15));
}

TEST_CASE("einsum: axes of 1 and axes under the dots broadcast") {
  const Tensor a = numbers({4, 1, 3}, 0), b = numbers({5, 3}, 1);
  CHECK(holds(einsum("...i,...i->...", {a, b}), list(sum(a * b, -1)), 1e-15));
  CHECK(einsum("...i,...i->...", {a, b}).shape() == Shape{4, 5});
  CHECK(holds(einsum("ij,kj->ik", {numbers({2, 3}, 0), numbers({4, 1}, 1)}), list(outer(sum(numbers({2, 3}, 0), 1), numbers({4}, 1))),
              1e-15));
  CHECK(einsum("i,i->i", {ones({1}), ones({1})}).shape() == Shape{1});
  CHECK(holds(einsum("...ik,...j->ij", {ones({2, 3, 4}), ones({5})}), std::vector<double>(15, 8)));  // dots not in the result are summed
}

TEST_CASE("einsum: sizes of 0, integers") {
  CHECK(holds(einsum("ij,jk->ik", {zeros({2, 0}), zeros({0, 3})}), std::vector<double>(6, 0)));
  CHECK(einsum("ij,jk->ik", {zeros({0, 2}), zeros({2, 3})}).shape() == Shape{0, 3});
  CHECK(einsum("i->", {tensor({1, 2})}).dtype() == f32);
}

TEST_CASE("einsum: gradients by differences, and of second order") {
  struct Three {
    Tensor a, b, c;
  };
  const Three at{numbers({2, 2, 3}, 0), numbers({3, 4}, 1), numbers({4, 2}, 2)};
  CHECK(gradcheck([](const Three& t) { return sum(square(einsum("iij,jk,kl->il", {t.a, t.b, t.c}))); }, at));
  CHECK(gradcheck([](const Three& t) { return sum(square(einsum("...j,jk->k...", {t.a, t.b}))); }, at));
  const Tensor x = numbers({3, 3}, 1), v = numbers({3, 3}, 5);
  const auto f = [](const Tensor& y) { return einsum("ij,jk,ki->", {y, y, y}); };  // trace of the cube
  const Tensor wanted = 3.0 * transpose(matmul(x, v) + matmul(v, x));
  CHECK(holds(hessian_times(f, x, scalar(1, f64), v), list(wanted), 1e-14));
}

TEST_CASE("einsum: what cannot be read") {
  const Tensor m = zeros({2, 3});
  CHECK(sentence<ValueError>([&] { einsum("ij,jk->ik", {m}); }) == "einsum: the spec \"ij,jk->ik\" has 2 lists of letters for 1 tensors");
  CHECK(sentence<ValueError>([&] { einsum("i1->i", {m}); }) == "einsum: the spec \"i1->i\" has '1'; axes are named by letters");
  CHECK(sentence<ValueError>([&] { einsum("i..->i", {m}); }) == "einsum: the spec \"i..->i\" has dots that are not one \"...\" in a list");
  CHECK_THROWS_AS(einsum("...i...", {m}), ValueError);
  CHECK_THROWS_AS(einsum("ij->i->j", {m}), ValueError);
  CHECK_THROWS_AS(einsum("", {}), ValueError);
  CHECK(sentence<ValueError>([&] { einsum("ij->k", {m}); }) == "einsum: the spec \"ij->k\" has 'k' in the result, which no tensor has");
  CHECK(sentence<ValueError>([&] { einsum("ij->ii", {m}); }) == "einsum: the spec \"ij->ii\" has 'i' twice in the result; use diag_embed");
}

TEST_CASE("einsum: what does not fit") {
  const Tensor m = zeros({2, 3});
  CHECK(sentence<ShapeError>([&] { einsum("ijk->", {m}); }) == "einsum: tensor 0 is [2, 3], of 2 axes; the spec \"ijk->\" names 3");
  CHECK(sentence<ShapeError>([&] { einsum("i->", {m}); }) == "einsum: tensor 0 is [2, 3], of 2 axes; the spec \"i->\" names 1");
  CHECK(sentence<ShapeError>([&] {
          einsum("ij,ik->", {m, zeros({4, 3})});
        }) == "einsum: 'i' has the sizes 2 and 4; they must be equal or 1");
  CHECK(sentence<ShapeError>([&] {
          einsum("...,...", {m, zeros({2, 4})});
        }) == "einsum: an axis under \"...\" has the sizes 3 and 4; they must be equal or 1");
  CHECK(sentence<ShapeError>([&] { einsum("ii", {m}); }) == "einsum: axes 0 and 1 of [2, 3] are both 'i'; a diagonal needs equal sizes");
  try {
    einsum("ii", {m});
  } catch (const ShapeError& error) { CHECK_THAT(error.what(), Catch::Contains("einsum_test.cpp:")); }
}

TEST_CASE("tensordot: over pairs of axes, or the last and the first") {
  const Tensor a = numbers({2, 3, 4}, 0), b = numbers({4, 3, 5}, 1);
  CHECK(holds(tensordot(a, b, {1, 2}, {1, 0}), list(einsum("ijk,kjl->il", {a, b}))));
  CHECK(holds(tensordot(a, b, {-1}, {0}), list(einsum("ijk,klm->ijlm", {a, b}))));
  CHECK(holds(tensordot(a, numbers({3, 4, 5}, 1)), list(einsum("ijk,jkl->il", {a, numbers({3, 4, 5}, 1)}))));
  CHECK(tensordot(a, b, 0).shape() == Shape{2, 3, 4, 4, 3, 5});
  CHECK(holds(tensordot(vec({1, 2}), vec({3, 4}), 1), {11}));
  CHECK(gradcheck([&](const Tensor& x) { return sum(square(tensordot(x, b, {1, 2}, {1, 0}))); }, a));
}

TEST_CASE("tensordot: errors") {
  const Tensor a = zeros({2, 3}), b = zeros({3, 4});
  CHECK(sentence<ShapeError>([&] { tensordot(a, b, {0}, {0, 1}); }) == "tensordot: 1 axes of a and 2 of b; they are taken in pairs");
  CHECK(sentence<ShapeError>([&] { tensordot(a, b, {0}, {0}); }) ==
        "tensordot: axis 0 of a, [2, 3], and axis 0 of b, [3, 4], differ in size; they must be equal or 1");
  CHECK(sentence<ShapeError>([&] { tensordot(a, b, 3); }) == "tensordot: 3 axes of a, [2, 3], and b, [3, 4]; there are not so many");
  CHECK_THROWS_AS(tensordot(a, b, {2}, {0}), IndexError);
  CHECK_THROWS_AS(tensordot(a, b, {1, 1}, {0, 0}), IndexError);
}
