#include <descent/autodiff/transforms/sparsity.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <unordered_map>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds/pointwise.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tape/record.hpp>

// Index sets move along a record. What moves them is what an op declares, never its name:
//   pointwise  each element to that element, as inputs broadcast, but where the slope is Zero, or known and 0: the derivative is that slope
//              times the tangent and nothing else;
//   linear     by probes of its map, which is its derivative, and bilinear the same with the other input held fast. A probe is one basis
//              element, or a sum of several with positive factors, which vanishes where all their weights do; weights of both signs could
//              cancel only by coincidence with the factors of generic();
//   general    by the record of its vjp rule, whose cotangents are the argument: what the rule computes is what the derivative is.
// The argument is abstract, so a value is known exactly where it does not depend on the argument: no set depends on where a function is
// evaluated. Where a rule has no structure without values (an index that depends on the argument, a rule that reads values, rules nested
// deeply) every element of the results depends on all that any element of the inputs depends on.

namespace descent::inline v1::detail {
namespace {

using Item = std::uint32_t;
using Id = std::uint32_t;
using Ids = std::vector<Id>;  // by element; empty: none depends on anything

std::size_t nth(Index i) { return static_cast<std::size_t>(i); }

struct HashNumbers {
  std::size_t operator()(const std::vector<Item>& numbers) const {
    std::size_t hash = numbers.size();
    for (const Item number : numbers) hash = (hash ^ number) * 0x9e3779b97f4a7c15U + (hash >> 29U);
    return hash;
  }
};

/// Sets of numbers, each kept once: elements that depend on the same have the same Id.
class IndexSets {
 public:
  static constexpr Id none = 0;

  IndexSets() { intern({}); }
  Id single(Item number) { return intern({number}); }
  /// Of two: mostly one holds the other, which takes no look-up to see.
  Id joined(Id a, Id b) {
    if (a == b || b == none) return a;
    if (a == none || holds(b, a)) return b;
    return holds(a, b) ? a : joined(Ids{a, b});
  }
  Id joined(Ids ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (!ids.empty() && ids.front() == none) ids.erase(ids.begin());
    if (ids.empty()) return none;
    if (ids.size() == 1) return ids.front();
    if (const auto known = unions_.find(ids); known != unions_.end()) return known->second;
    std::vector<Item> all;
    for (const Id id : ids) all.insert(all.end(), of(id).begin(), of(id).end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    const Id result = intern(std::move(all));
    unions_.emplace(std::move(ids), result);
    return result;
  }
  const std::vector<Item>& of(Id id) const { return *sets_[id]; }

 private:
  bool holds(Id a, Id b) const { return std::includes(of(a).begin(), of(a).end(), of(b).begin(), of(b).end()); }
  Id intern(std::vector<Item> numbers) {
    const auto [place, added] = ids_.try_emplace(std::move(numbers), static_cast<Id>(sets_.size()));
    if (added) sets_.push_back(&place->first);
    return place->second;
  }

  std::unordered_map<std::vector<Item>, Id, HashNumbers> ids_;
  std::vector<const std::vector<Item>*> sets_;  // the keys of ids_, which stay where they are
  std::unordered_map<Ids, Id, HashNumbers> unions_;
};

/// Some number in [1, 2), another for each i: sums of such numbers do not vanish, and with weights of both signs only by coincidence.
double generic(std::uint64_t i) {
  i = (i + 1) * 0x9e3779b97f4a7c15U;
  i = (i ^ (i >> 30U)) * 0xbf58476d1ce4e5b9U;
  i = (i ^ (i >> 27U)) * 0x94d049bb133111ebU;
  return 1 + static_cast<double>((i ^ (i >> 31U)) >> 12U) * 0x1p-52;
}

/// A call's linear map of some of its inputs, as one list of their elements, to its result; run by the rules of the op.
class LinearMap {
 public:
  using Flags = std::vector<std::uint8_t>;

  LinearMap(const Call& call, std::vector<std::size_t> active, const Abstract& result)
      : call_(call), active_(std::move(active)), result_(result), height_(result.shape.numel()) {
    for (const std::size_t i : active_) width_ += call.like[i]->shape.numel();
  }

  /// Calls found(k, j) where element k of the result is made of element j of the inputs.
  ///
  /// Most maps move elements or add them up. Then each element of one side has one partner at most, which the bits of its number spell:
  /// the map of those whose bit is 0, and that of those whose bit is 1, are not both other than zero. What remains is asked one by one.
  /// cost    2 log2 n runs of the map or of its adjoint; else as many as the smaller side has elements
  template <class F> void each(F found) const {
    const auto forward = [this](const std::vector<double>& t) { return pushed(t); };
    const auto backward = [this](const std::vector<double>& ct) { return pulled(ct); };
    const auto by_input = [&](Index j, Index k) { found(k, j); };
    if (width_ <= height_) {  // the fewer elements, the fewer bits
      if (!one_partner(width_, height_, forward, found) && !one_partner(height_, width_, backward, by_input))
        one_by_one(width_, forward, by_input);
    } else {
      if (!one_partner(height_, width_, backward, by_input) && !one_partner(width_, height_, forward, found))
        one_by_one(height_, backward, found);
    }
  }

 private:
  template <class F, class G> static bool one_partner(Index from, Index to, F map, G found) {
    std::vector<Index> partner(nth(to), 0);
    const int bits = std::max(1, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<Index>(from - 1, 0)))));
    for (int bit = 0; bit < bits; ++bit) {
      std::vector<double> zero(nth(from), 0), one(nth(from), 0);
      for (std::uint64_t i = 0; i < zero.size(); ++i) ((i >> bit & 1U) != 0 ? one : zero)[i] = generic(i);
      const Flags by_zero = map(zero), by_one = map(one);
      for (std::size_t k = 0; k < partner.size(); ++k) {
        if (by_zero[k] != 0 && by_one[k] != 0) return false;
        if (by_zero[k] == 0 && by_one[k] == 0) partner[k] = -1;
        else if (by_one[k] != 0 && partner[k] >= 0) partner[k] |= Index{1} << bit;
      }
    }
    for (std::size_t k = 0; k < partner.size(); ++k)
      if (partner[k] >= 0) found(static_cast<Index>(k), partner[k]);
    return true;
  }

  template <class F, class G> static void one_by_one(Index from, F map, G found) {
    std::vector<double> basis(nth(from), 0);
    for (Index i = 0; i < from; ++i) {
      basis[nth(i)] = 1;
      const Flags hit = map(basis);
      basis[nth(i)] = 0;
      for (std::size_t k = 0; k < hit.size(); ++k)
        if (hit[k] != 0) found(i, static_cast<Index>(k));
    }
  }

  static Flags nonzero(const Tensor& x) {
    Flags flags;
    for (const double value : x.to_vector<double>()) flags.push_back(value != 0 ? 1 : 0);  // NaN: a weight that is not finite
    return flags;
  }

  Flags pushed(const std::vector<double>& values) const {
    std::vector<Tensor> t(call_.in.size());
    auto next = values.begin();
    for (const std::size_t i : active_) {
      const auto end = next + call_.like[i]->shape.numel();
      t[i] = from_span<double>({next, end}, call_.like[i]->shape, call_.like[i]->dtype);
      next = end;
    }
    Tensor y;
    call_.op.jvp(call_, t, {&y, 1});
    if (y.absent()) return Flags(nth(height_), 0);
    return nonzero(y.shape() == result_.shape ? y : broadcast_to(y, result_.shape));
  }

  Flags pulled(const std::vector<double>& values) const {
    const Tensor ct = from_span<double>(values, result_.shape, result_.dtype);
    std::vector<std::uint8_t> wanted(call_.in.size(), 0);
    for (const std::size_t i : active_) wanted[i] = 1;
    std::vector<Tensor> out(call_.in.size());
    call_.op.vjp(call_, {&ct, 1}, wanted, out);
    Flags all;
    for (const std::size_t i : active_) {
      const Flags one = out[i].absent() ? Flags(nth(call_.like[i]->shape.numel()), 0) : nonzero(sum_to(out[i], *call_.like[i]));
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

  const Call& call_;
  std::vector<std::size_t> active_;
  Abstract result_;
  Index height_;
  Index width_ = 0;
};

/// What stands for a factor: any number where it is not known or not zero, so that only zeros that are the same for all x count.
Tensor stand_in(const Tensor& factor, const Abstract& like) {
  std::vector<double> values(nth(like.shape.numel()), 1);
  if (!factor.abstract()) values = factor.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0) values[i] = generic(i);
  return from_span<double>(values, like.shape, like.dtype);
}

/// The sets of what broadcasts, where broadcasting puts it.
Ids repeated(const Ids& ids, const Shape& own, const Shape& shape) {
  if (own == shape) return ids;
  Ids result;
  for (const Index place : broadcast_to(reshape(arange(own.numel()), own), shape).to_vector<Index>()) result.push_back(ids[nth(place)]);
  return result;
}

/// The sets of a record's values, from call to call. Those of the watched values are their elements, numbered through.
class Flow {
 public:
  Flow(const Record& record, std::span<const Tensor> results, int depth) : record_(record), depth_(depth), values_(record.values()) {
    Item next = 0;
    for (const std::uint32_t slot : record.watched())
      for (Index i = 0; i < record.like(slot).shape.numel(); ++i) values_[slot].ids.push_back(sets_.single(next++));
    const std::vector<const Entry*> entries = record.entries();
    std::vector<const Entry*> last_use(values_.size(), nullptr);
    for (const Entry* entry : entries)
      for (const std::uint32_t slot : entry->in())
        if ((slot & Entry::constant) == 0) last_use[slot] = entry;
    for (const Tensor& y : results)
      if (std::uint32_t slot = 0; y.present() && record.find(y, slot)) last_use[slot] = nullptr;
    for (const Entry* entry : entries) {
      pass(*entry);
      for (const std::uint32_t slot : entry->in())
        if ((slot & Entry::constant) == 0 && last_use[slot] == entry) values_[slot] = {};
    }
  }

  const IndexSets& sets() const { return sets_; }
  /// By element of one of the results.
  Ids of(const Tensor& x) const {
    std::uint32_t slot = 0;
    const Ids& ids = record_.find(x, slot) ? values_[slot].ids : kNothing;
    return ids.empty() ? Ids(nth(x.numel()), IndexSets::none) : ids;
  }

 private:
  struct Value {
    Tensor known;  // absent: depends on the argument, or on what has no values
    Ids ids;
  };
  struct Inputs {
    std::vector<Tensor> in;  // abstract where not known
    std::vector<Abstract> like;
    std::vector<const Abstract*> pointers;
    std::vector<const Ids*> ids;
    std::vector<std::size_t> active;  // those that depend on the argument
  };
  inline static const Ids kNothing{};

  Inputs inputs_of(const Entry& entry) const {
    Inputs all;
    const std::span<const std::uint32_t> slots = entry.in();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const bool constant = (slots[i] & Entry::constant) != 0;
      all.like.push_back(record_.like(slots[i]));
      const Tensor known = constant ? unrecorded(entry.kept_in()[i]) : values_[slots[i]].known;
      all.in.push_back(known.present() ? known : abstract_tensor(all.like[i].shape, all.like[i].dtype));
      all.ids.push_back(constant ? &kNothing : &values_[slots[i]].ids);
      if (!all.ids[i]->empty() && is_floating(all.like[i].dtype)) all.active.push_back(i);
    }
    for (const Abstract& like : all.like) all.pointers.push_back(&like);
    return all;
  }

  void pass(const Entry& entry) {
    const Inputs inputs = inputs_of(entry);
    if (std::none_of(inputs.in.begin(), inputs.in.end(), [](const Tensor& x) { return x.abstract(); })) return run(entry, inputs);
    if (entry.op->stops || inputs.active.empty()) return;
    switch (entry.op->kind) {
      case Kind::pointwise: return pass_pointwise(entry, inputs);
      case Kind::linear: return pass_linear(entry, inputs);
      case Kind::bilinear: return pass_bilinear(entry, inputs);
      case Kind::general: return pass_general(entry, inputs);
    }
  }

  void run(const Entry& entry, const Inputs& inputs) {
    std::vector<Tensor> in = inputs.in, out(entry.outputs);
    execute(*entry.op, entry.params(), in, out, entry.where);
    for (std::size_t k = 0; k < out.size(); ++k) values_[entry.first_out + k].known = std::move(out[k]);
  }

  Ids& result(const Entry& entry, std::size_t k = 0) { return values_[entry.first_out + k].ids; }
  const Abstract& result_like(const Entry& entry, std::size_t k = 0) const {
    return record_.like(entry.first_out + static_cast<std::uint32_t>(k));
  }

  void pass_pointwise(const Entry& entry, const Inputs& inputs) {
    const Shape& shape = result_like(entry).shape;
    for (const std::size_t i : inputs.active) {
      const PointwiseRules::Slope slope = entry.op->pointwise->slope[i];
      if (slope != PointwiseRules::Slope::one && slope != PointwiseRules::Slope::function) continue;
      Ids own = repeated(*inputs.ids[i], inputs.like[i].shape, shape);
      if (slope == PointwiseRules::Slope::function) drop_where_zero(own, entry, inputs, i);
      Ids& ids = result(entry);
      if (ids.empty()) ids = std::move(own);
      else
        for (std::size_t k = 0; k < ids.size(); ++k) ids[k] = sets_.joined(ids[k], own[k]);
    }
  }

  /// A slope that is known is the same for all x: that by a factor is the other one, that of a choice by a mask is 0 or 1.
  void drop_where_zero(Ids& ids, const Entry& entry, const Inputs& inputs, std::size_t i) const {
    const Abstract& like = result_like(entry);
    const Tensor y = abstract_tensor(like.shape, like.dtype);
    std::vector<Tensor> in = inputs.in;  // in the dtype computed in, as the kinds' rules have them
    for (std::size_t k = nth(entry.op->pointwise->masks); k < in.size(); ++k) in[k] = cast(in[k], like.dtype);
    const Tensor slope = entry.op->pointwise->slope_of[i]({*entry.op, entry.params(), in, {&y, 1}, inputs.pointers});
    if (slope.abstract()) return;
    const std::vector<double> factors = broadcast_to(slope, like.shape).to_vector<double>();
    for (std::size_t k = 0; k < ids.size(); ++k)
      if (factors[k] == 0) ids[k] = IndexSets::none;
  }

  /// The sets of the map's inputs, joined as they are in it.
  void through(const LinearMap& map, const Inputs& inputs, std::span<const std::size_t> active, std::vector<Ids>& gathered) const {
    Ids all;
    for (const std::size_t i : active) all.insert(all.end(), inputs.ids[i]->begin(), inputs.ids[i]->end());
    map.each([&](Index k, Index j) { gathered[nth(k)].push_back(all[nth(j)]); });
  }
  void join(const Entry& entry, std::size_t k, std::vector<Ids> gathered) {
    Ids& ids = result(entry, k);
    for (Ids& one : gathered) ids.push_back(sets_.joined(std::move(one)));
  }

  void pass_linear(const Entry& entry, const Inputs& inputs) {
    const Abstract& like = result_like(entry);
    if (!is_floating(like.dtype)) return;
    for (std::size_t i = 0; i < inputs.in.size(); ++i)
      if (entry.op->keep.input(i) && inputs.in[i].abstract()) return pass_all(entry, inputs);
    std::vector<Ids> gathered(nth(like.shape.numel()));
    through(LinearMap({*entry.op, entry.params(), inputs.in, {}, inputs.pointers}, inputs.active, like), inputs, inputs.active, gathered);
    join(entry, 0, std::move(gathered));
  }

  void pass_bilinear(const Entry& entry, const Inputs& inputs) {
    const Abstract& like = result_like(entry);
    std::vector<Ids> gathered(nth(like.shape.numel()));
    std::vector<Tensor> in;
    for (std::size_t i = 0; i < inputs.in.size(); ++i) in.push_back(stand_in(inputs.in[i], inputs.like[i]));
    const Call call{*entry.op, entry.params(), in, {}, inputs.pointers};
    for (const std::size_t i : inputs.active) through(LinearMap(call, {i}, like), inputs, {&i, 1}, gathered);
    join(entry, 0, std::move(gathered));
  }

  /// By the rule's own calls, in which the cotangents of the results are watched.
  void pass_general(const Entry& entry, const Inputs& inputs) {
    if (depth_ == 0) return pass_all(entry, inputs);
    std::vector<Tensor> out, ct, slopes(inputs.in.size());
    std::vector<std::uint8_t> wanted(inputs.in.size(), 0);
    for (const std::size_t i : inputs.active) wanted[i] = 1;
    std::vector<std::vector<Ids>> gathered(entry.outputs);
    try {
      Record rule(Purpose::program);
      for (std::size_t k = 0; k < entry.outputs; ++k) {
        const Abstract& like = result_like(entry, k);
        out.push_back(abstract_tensor(like.shape, like.dtype));
        ct.push_back(is_floating(like.dtype) ? rule.watch(abstract_tensor(like.shape, like.dtype)) : Tensor());
      }
      entry.op->vjp({*entry.op, entry.params(), inputs.in, out, inputs.pointers}, ct, wanted, slopes);
      for (const std::size_t i : inputs.active)
        if (slopes[i].present() && abstract_of(slopes[i]) != inputs.like[i]) slopes[i] = sum_to(slopes[i], inputs.like[i]);
      rule.stop();
      const Flow flow(rule, slopes, depth_ - 1);
      for (std::size_t k = 0; k < ct.size(); ++k)
        if (ct[k].present()) gathered[k].resize(nth(ct[k].numel()));
      for (const std::size_t i : inputs.active)
        if (slopes[i].present()) scatter(flow.sets(), flow.of(slopes[i]), *inputs.ids[i], gathered);
    } catch (const AbstractError&) {  // the rule reads values
      return pass_all(entry, inputs);
    }
    for (std::size_t k = 0; k < gathered.size(); ++k)
      if (ct[k].present()) join(entry, k, std::move(gathered[k]));
  }
  /// Element j of an input goes to each element of the results whose cotangent its own is made of.
  static void scatter(const IndexSets& cotangents, const Ids& made_of, const Ids& ids, std::vector<std::vector<Ids>>& gathered) {
    for (std::size_t j = 0; j < ids.size(); ++j)
      for (Item number : cotangents.of(made_of[j])) {
        std::size_t k = 0;
        while (number >= gathered[k].size()) number -= static_cast<Item>(gathered[k++].size());
        gathered[k][number].push_back(ids[j]);
      }
  }

  /// Every element of the results depends on every element of the inputs.
  void pass_all(const Entry& entry, const Inputs& inputs) {
    Ids all;
    for (const std::size_t i : inputs.active) all.insert(all.end(), inputs.ids[i]->begin(), inputs.ids[i]->end());
    const Id id = sets_.joined(std::move(all));
    for (std::size_t k = 0; k < entry.outputs; ++k)
      if (const Abstract& like = result_like(entry, k); is_floating(like.dtype)) result(entry, k).assign(nth(like.shape.numel()), id);
  }

  const Record& record_;
  int depth_;  // how deep rules of general ops are looked into
  std::vector<Value> values_;
  IndexSets sets_;
};

}  // namespace

Dependence dependence(const char* who, const std::function<Tensor(const Tensor&)>& f, const Abstract& x, std::source_location where) {
  constexpr int kDepth = 2;  // a checkpoint's rule, and that of a general op in it
  const Seal unseen;
  Record record(Purpose::program);
  const Tensor y = f(record.watch(abstract_tensor(x.shape, x.dtype)));
  record.stop();
  if (y.absent()) throw ValueError(std::string(who) + ": the function's result is absent; it must return a tensor", where);
  if (!is_floating(y.dtype()))
    throw DtypeError(std::string(who) + ": the function's result is " + to_string(abstract_of(y)) + "; it must be f32 or f64", where);
  const Flow flow(record, {&y, 1}, kDepth);
  Dependence found{abstract_of(y), {y.numel(), x.shape.numel(), {0}, {}}};
  for (const Id id : flow.of(y)) {
    const std::vector<Item>& numbers = flow.sets().of(id);
    found.pattern.columns.insert(found.pattern.columns.end(), numbers.begin(), numbers.end());
    found.pattern.starts.push_back(static_cast<Index>(found.pattern.columns.size()));
  }
  return found;
}

}  // namespace descent::inline v1::detail
