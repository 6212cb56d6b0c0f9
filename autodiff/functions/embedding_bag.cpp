#include <descent/autodiff/functions/embedding_bag.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

/// The ids of a call in one line, and which bag each is in.
struct Bags {
  Tensor ids;      // [ids]
  Tensor bag;      // [ids]
  Tensor counted;  // [ids], bool: those that are no padding; absent when all are
  Index count = 0;
};

void require_integers(const char* what, const Tensor& x, std::source_location where) {
  if (!is_integer(x.dtype()))
    throw DtypeError(std::string("embedding_bag: the ") + what + " are " + std::string(name_of(x.dtype())) + "; they must be i32 or i64",
                     where);
}

void require_ascending(const std::vector<Index>& offsets, Index ids, std::source_location where) {
  for (std::size_t i = 0; i < offsets.size(); ++i)
    if (offsets[i] > ids || (i == 0 ? offsets[i] != 0 : offsets[i] < offsets[i - 1]))
      throw IndexError("embedding_bag: offset " + std::to_string(i) + " is " + std::to_string(offsets[i]) + " for " + std::to_string(ids) +
                           " ids; offsets begin at 0, do not fall and stay within the ids",
                       where);
}

/// The bag of each id, from where the bags begin.
Tensor bag_by_offsets(const Tensor& offsets, Index ids, std::source_location where) {
  if (offsets.abstract()) {  // the same by ops: how many bags begin at each place, or before it
    const Tensor begins = segment_sum(ones({offsets.numel()}, i64), offsets, ids + 1);
    return cumsum(slice(begins, {Slice{0, ids}}), 0) - 1;
  }
  const std::vector<Index> begins = offsets.to_vector<Index>();
  require_ascending(begins, ids, where);
  std::vector<Index> bag;
  for (std::size_t i = 0; i < begins.size(); ++i)
    bag.resize(static_cast<std::size_t>(i + 1 < begins.size() ? begins[i + 1] : ids), static_cast<Index>(i));
  return from_vector(bag);
}

/// The rows of each bag beside each other: [bags, longest] places among the ids, and whether there is one.
struct Places {
  Tensor at;
  Tensor used;
};
Places places(const Bags& bags, std::source_location where) {
  if (bags.bag.abstract())
    throw AbstractError(
        "embedding_bag: the sizes of the bags depend on the values of the offsets, which are abstract; give ids as a matrix", where);
  std::vector<std::vector<Index>> rows(static_cast<std::size_t>(bags.count));
  Index i = 0;
  for (const Index bag : bags.bag.to_vector<Index>()) rows[static_cast<std::size_t>(bag)].push_back(i++);
  std::size_t longest = 1;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  std::vector<Index> at, size;
  for (auto& row : rows) {
    size.push_back(static_cast<Index>(row.size()));
    row.resize(longest, 0);
    at.insert(at.end(), row.begin(), row.end());
  }
  const Index width = static_cast<Index>(longest);
  return {from_span<Index>(at, {bags.count, width}), less(arange(width), reshape(from_vector(size), {-1, 1}))};
}

Tensor greatest(const Tensor& rows, const Bags& bags, std::source_location where) {
  if (rows.size(0) == 0) return zeros(rows.shape().with(0, bags.count), rows.dtype()) + sum(rows);
  const auto [at, used] = places(bags, where);
  const Tensor counts = bags.counted.absent() ? used : logical_and(used, take(bags.counted, at));
  const Tensor inside = descent::where(expand_dims(counts, -1), take(rows, at), -HUGE_VAL);  // [bags, longest, width]
  return descent::where(any(counts, -1, keep_axes), max(inside, 1), 0);
}

Bags bags_of(const Tensor& ids, Index rows, const EmbeddingBagOptions& options, std::source_location where) {
  require_integers("ids", ids, where);
  Bags bags{reshape(ids, {-1}), {}, {}, 0};
  if (options.offsets.present()) {
    require_integers("offsets", options.offsets, where);
    if (ids.rank() != 1 || options.offsets.rank() != 1)
      throw ShapeError("embedding_bag: the ids are " + to_string(ids.shape()) + ", the offsets " + to_string(options.offsets.shape()) +
                           "; with offsets both must be 1-d",
                       where);
    bags.count = options.offsets.numel();
    if (bags.count == 0 && ids.numel() > 0)
      throw ShapeError("embedding_bag: no offsets for " + std::to_string(ids.numel()) + " ids; the first bag begins at 0", where);
    bags.bag = bag_by_offsets(options.offsets, ids.numel(), where);
  } else {
    if (ids.rank() != 2)
      throw ShapeError("embedding_bag: the ids are " + to_string(ids.shape()) + "; they must be [bags, k], or 1-d with offsets", where);
    bags.count = ids.size(0);
    bags.bag = repeat(arange(bags.count), ids.size(1), 0);
  }
  if (options.padding) {
    if (*options.padding < -rows || *options.padding >= rows)
      throw IndexError(
          "embedding_bag: the padding is " + std::to_string(*options.padding) + " for a table of " + std::to_string(rows) + " rows", where);
    bags.counted =
        descent::where(bags.ids < 0, bags.ids + rows, bags.ids) != (*options.padding < 0 ? *options.padding + rows : *options.padding);
  }
  return bags;
}

}  // namespace

Tensor embedding_bag(Arg table, Arg ids, const EmbeddingBagOptions& options) {
  const Given given(std::move(table));
  if (given.x.rank() != 2)
    throw ShapeError("embedding_bag: the table is " + to_string(given.x.shape()) + "; it must be [n, width]", given.where);
  const Tensor asked = ids.take();
  const Bags bags = bags_of(asked, given.x.size(0), options, given.where);
  Tensor rows = take(given.arg(), {bags.ids, given.where});  // [ids, width]
  if (options.weights.present()) {
    if (options.pooling != Pooling::sum)
      throw ValueError("embedding_bag: weights of the ids are for sums; ask for Pooling::sum, or give none", given.where);
    if (options.weights.shape() != asked.shape())
      throw ShapeError(
          "embedding_bag: the weights are " + to_string(options.weights.shape()) + "; they must be as the ids, " + to_string(asked.shape()),
          given.where);
    rows = std::move(rows) * reshape(options.weights, {-1, 1});
  }
  if (options.pooling == Pooling::max) return greatest(rows, bags, given.where);
  if (bags.counted.present()) rows = where(reshape(bags.counted, {-1, 1}), std::move(rows), 0);
  const Tensor total = segment_sum(std::move(rows), bags.bag, bags.count);
  if (options.pooling == Pooling::sum) return total;
  const Tensor ones_of_ids = bags.counted.present() ? cast(bags.counted, i64) : ones(bags.ids.shape(), i64);
  return total / reshape(maximum(segment_sum(ones_of_ids, bags.bag, bags.count), 1), {-1, 1});
}

}  // namespace descent::inline v1
