#include <descent/data/loader.hpp>

#include <algorithm>
#include <cmath>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Batch;
using data::Loader;

namespace {

data::Dataset numbered(Index rows) { return {arange(static_cast<double>(0), static_cast<double>(rows)), arange(rows), {}}; }

std::vector<int> targets_of(const data::Epoch& epoch) {
  std::vector<int> all;
  for (const Batch& batch : epoch)
    for (const int target : batch.targets.to_vector<int>()) all.push_back(target);
  return all;
}

}  // namespace

TEST_CASE("loader: batches in order", "[data]") {
  const Loader loader(numbered(10), {.batch = 4, .shuffle = false});
  CHECK(loader.size() == 3);
  std::vector<Index> sizes, indices;
  for (const Batch& batch : loader.epoch(0)) {
    sizes.push_back(batch.inputs.size(0));
    indices.push_back(batch.index);
    CHECK(batch.inputs.to_vector<int>() == batch.targets.to_vector<int>());
  }
  CHECK(sizes == std::vector<Index>{4, 4, 2});
  CHECK(indices == std::vector<Index>{0, 1, 2});
  CHECK(targets_of(loader.epoch(5)) == std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("loader: drop_last leaves the short batch out", "[data]") {
  const Loader loader(numbered(10), {.batch = 4, .shuffle = false, .drop_last = true});
  CHECK(loader.size() == 2);
  CHECK(targets_of(loader.epoch(0)) == std::vector{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(Loader(numbered(8), {.batch = 4, .drop_last = true}).size() == 2);
}

TEST_CASE("loader: an epoch's order depends on seed and number alone", "[data]") {
  const Loader loader(numbered(100), {.batch = 7, .seed = 5});
  const auto third = targets_of(loader.epoch(3));
  targets_of(loader.epoch(9));
  CHECK(targets_of(loader.epoch(3)) == third);
  CHECK(targets_of(Loader(numbered(100), {.batch = 13, .seed = 5}).epoch(3)) == third);
  CHECK(targets_of(loader.epoch(4)) != third);
  CHECK(targets_of(Loader(numbered(100), {.batch = 7, .seed = 6}).epoch(3)) != third);
  auto sorted = third;
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted == targets_of(Loader(numbered(100), {.shuffle = false}).epoch(0)));
}

TEST_CASE("loader: any batch by its number, so that training can be taken up there", "[data]") {
  const data::Epoch epoch = Loader(numbered(100), {.batch = 7}).epoch(2);  // holds the set itself
  CHECK(epoch.size() == 15);
  for (const Batch& batch : epoch) CHECK(epoch[batch.index].targets.to_vector<int>() == batch.targets.to_vector<int>());
  CHECK(sentence_of<IndexError>([&] { epoch[15]; }) == "epoch: batch 15 is out of range; the epoch has 15");
  CHECK(sentence_of<IndexError>([&] { epoch[-1]; }) == "epoch: batch -1 is out of range; the epoch has 15");
}

TEST_CASE("loader: NaN in the data", "[data]") {
  const data::Dataset set{tensor({{1.0, 2.0}, {3.0, std::nan("")}}), arange(2), {}};
  CHECK(sentence_of<ValueError>([&] { Loader{set}; }) == "loader: row 1 of the inputs holds nan; clean the data, or set allow_non_finite");
  CHECK(sentence_of<ValueError>([&] { Loader({set.targets, set.inputs, {}}); }).starts_with("loader: row 1 of the targets holds nan"));
  CHECK(Loader(set, {.allow_non_finite = true}).size() == 1);
}

TEST_CASE("loader: nothing to load", "[data]") {
  CHECK(sentence_of<ValueError>([] { Loader(numbered(0)); }) == "loader: the set has no rows; there is nothing to train on");
  CHECK(sentence_of<ValueError>([] { Loader(numbered(3), {.batch = 0}); }) == "loader: batch is 0; it must be 1 or more");
  CHECK(sentence_of<ValueError>([] { Loader(numbered(3), {.batch = 4, .drop_last = true}); }) ==
        "loader: drop_last leaves nothing: the set has 3 rows and a batch 4; take smaller batches");
  CHECK(sentence_of<ValueError>([] { Loader(numbered(3)).epoch(-1); }) == "loader: epoch -1; epochs count from 0");
  CHECK(sentence_of<ShapeError>([] {
          Loader({ones({2, 3}), ones({3}), {}});
        }) == "loader: inputs are [2, 3] and targets [3]; the first axis counts rows and must be the same");
  CHECK(Loader(numbered(3), {.batch = std::numeric_limits<Index>::max()}).size() == 1);
}
