#include <descent/data/dataset.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Dataset;

namespace {

/// Row i is [i, -i], its target i.
Dataset numbered(Index rows) {
  std::vector<float> inputs;
  for (Index i = 0; i < rows; ++i) inputs.insert(inputs.end(), {static_cast<float>(i), static_cast<float>(-i)});
  return {from_span<float>(inputs, {rows, 2}), arange(rows), {"a", "b"}};
}

}  // namespace

TEST_CASE("dataset: what is no set of rows", "[data]") {
  const auto fault = [](const Dataset& set) { return sentence_of<Error>([&] { data::checked_rows("who", set); }); };
  CHECK(data::checked_rows("who", numbered(3)) == 3);
  CHECK(fault({Tensor(), ones({2}), {}}) == "who: the set has no inputs; give it both");
  CHECK(fault({ones({2}), Tensor(), {}}) == "who: the set has no targets; give it both");
  CHECK(fault({ones({2, 3}), ones({3}), {}}) == "who: inputs are [2, 3] and targets [3]; the first axis counts rows and must be the same");
  CHECK(fault({ones({}), ones({}), {}}) == "who: inputs are [] and targets []; the first axis counts rows and must be the same");
  CHECK(fault({abstract_tensor({2}, f32), ones({2}), {}}) ==
        "who: the set is abstract, shapes without values; its rows cannot be taken while a function is traced");
}

TEST_CASE("take_rows: any rank and dtype, repeats allowed", "[data]") {
  const Dataset set = numbered(4);
  CHECK(data::take_rows(set.inputs, {3, 0, 3}).to_vector<int>() == std::vector{3, -3, 0, 0, 3, -3});
  CHECK(data::take_rows(set.targets, {2}).data<std::int64_t>()[0] == 2);
  CHECK(data::take_rows(set.inputs, {}).shape() == Shape{0, 2});
  CHECK(data::take_rows(ones({2, 0}), {1, 1, 1}).shape() == Shape{3, 0});
  CHECK(data::take_rows(tensor({true, false}), {1, 0}).to_vector<bool>() == std::vector{false, true});
}

TEST_CASE("shuffled: a permutation that depends on seed and draw alone", "[data]") {
  auto order = data::shuffled(1000, 7, 3);
  CHECK(order == data::shuffled(1000, 7, 3));
  CHECK(order != data::shuffled(1000, 7, 4));
  CHECK(order != data::shuffled(1000, 8, 3));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<std::int64_t>(i));
  CHECK(data::shuffled(0, 1, 1).empty());
  CHECK(data::shuffled(10, 1, 0) == std::vector<std::int64_t>{8, 1, 3, 4, 7, 0, 2, 5, 6, 9});  // as released first: it must not change
}

TEST_CASE("shuffled: every order is equally likely", "[data]") {
  // 6,000 draws of the 6 orders of 3: each about 1,000, standard deviation 29; 5 of these allowed.
  std::map<std::vector<std::int64_t>, int> counts;
  for (std::uint64_t draw = 0; draw < 6000; ++draw) ++counts[data::shuffled(3, 1, draw)];
  CHECK(counts.size() == 6);
  for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 145);
}

TEST_CASE("split: every row once, rows and targets together", "[data]") {
  const auto [train, test] = data::split(numbered(10), 0.7, 1);
  CHECK(train.inputs.shape() == Shape{7, 2});
  CHECK(test.targets.shape() == Shape{3});
  CHECK(train.class_names == std::vector<std::string>{"a", "b"});
  std::set<int> seen;
  for (const Dataset& part : {train, test}) {
    const auto inputs = part.inputs.to_vector<int>();
    const auto targets = part.targets.to_vector<int>();
    for (std::size_t i = 0; i < targets.size(); ++i) {
      CHECK(inputs[2 * i] == targets[i]);
      CHECK(seen.insert(targets[i]).second);
    }
  }
  CHECK(seen.size() == 10);
  CHECK(data::split(numbered(10), 0.7, 1).train.targets.to_vector<int>() == train.targets.to_vector<int>());
  CHECK(data::split(numbered(10), 0.7, 2).train.targets.to_vector<int>() != train.targets.to_vector<int>());
  CHECK(data::split(numbered(10), 1, 1).test.targets.shape() == Shape{0});
  CHECK(sentence_of<ValueError>([] { data::split(numbered(3), 1.5, 1); }) == "split: the fraction is 1.500000; it must lie in [0, 1]");
  CHECK(sentence_of<ValueError>([] { data::split(numbered(3), std::nan(""), 1); }) == "split: the fraction is nan; it must lie in [0, 1]");
}

TEST_CASE("standardiser: mean 0 and deviation 1 by column", "[data]") {
  const Tensor x = tensor({{1.0, 5.0}, {2.0, 5.0}, {6.0, 5.0}}, f64);
  const data::Standardiser standardise = data::standardiser(x);
  CHECK(standardise.mean.to_vector<double>() == std::vector<double>{3, 5});
  CHECK(standardise.std.to_vector<double>() == std::vector<double>{std::sqrt(14.0 / 3), 1});
  const auto values = standardise(x).to_vector<double>();
  CHECK(values[0] + values[2] + values[4] == Approx(0).margin(1e-15));
  CHECK(values[1] == 0);  // a constant column
  CHECK(standardise(tensor({{3.0, 6.0}})).to_vector<double>() == std::vector<double>{0, 1});
  CHECK(standardise(zeros({0, 2})).shape() == Shape{0, 2});

  CHECK(sentence_of<ShapeError>([] { data::standardiser(ones({3})); }) == "standardiser: the shape is [3]; it must be [rows, columns]");
  CHECK(sentence_of<ShapeError>([] {
          data::standardiser(ones({0, 3}));
        }) == "standardiser: the shape is [0, 3]; it needs at least one row");
  CHECK(sentence_of<DtypeError>([] { data::standardiser(ones({3, 2}, i64)); }) == "standardiser: the dtype is i64; it must be f32 or f64");
  CHECK(sentence_of<ShapeError>([&] { standardise(ones({3, 3})); }) == "standardise: the shape is [3, 3]; it was made from 2 columns");
  CHECK(sentence_of<ValueError>([] {
          data::standardiser(tensor({{1.0, std::nan("")}}));
        }) == "standardiser: row 0, column 1 is nan; every value must be finite");
}
