#include <descent/autodiff/tape/budget.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <descent/autodiff/tape/op.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {
namespace {

constexpr std::uint32_t kNotSwept = std::numeric_limits<std::uint32_t>::max();

bool is_constant(std::uint32_t in) { return (in & Entry::constant) != 0; }

/// In elements read and written, and products made.
double work_of(const Record& record, const Entry& entry) {
  double elements = 0, product = 1;
  const auto count = [&](const Abstract& like) {
    elements += static_cast<double>(like.shape.numel());
    product *= static_cast<double>(like.shape.numel());
  };
  for (const std::uint32_t in : entry.in()) count(record.like(in));
  for (std::uint32_t k = 0; k < entry.outputs; ++k) count(record.like(entry.first_out + k));
  return entry.op->kind == Kind::bilinear ? elements + std::sqrt(product) : elements;  // [m, k] by [k, n]: the root of mk kn mn is mkn
}

/// What lets go with the handle; an example stands for its batch.
Index bytes_of(const Tensor& x) {
  const storage::Node& node = *x.node();
  const Index numel = node.data == nullptr && node.owner != nullptr ? node.owner->numel : node.numel;
  return numel * size_of(node.dtype);
}

}  // namespace

void Budget::watch(std::uint32_t slot, const Tensor& x) {
  origins_.push_back({nullptr, origins_.empty() ? 0 : origins_.back().work});
  watched_.emplace(slot, x);
}

void Budget::keep(std::uint32_t slot, const Tensor& x) {
  origins_[slot].read = true;
  put(slot, x, kNotSwept);
}

void Budget::list(const Entry& entry, std::span<const Tensor> out) {
  const double work = (origins_.empty() ? 0 : origins_.back().work) + work_of(record_, entry);
  origins_.insert(origins_.end(), out.size(), {&entry, work, entry.op->keep.output});
  if (!entry.op->keep.output) return;
  for (std::uint32_t k = 0; k < entry.outputs; ++k) put(entry.first_out + k, out[k], kNotSwept);
}

void Budget::fetch(const Entry& entry, std::span<Tensor> in, std::span<Tensor> out) {
  std::vector<std::uint32_t> missing;
  const auto look_up = [&](std::uint32_t slot) {
    const Tensor* value = find(slot);
    if (value == nullptr) missing.push_back(slot);
    return value == nullptr ? Tensor() : *value;
  };
  const std::span<const std::uint32_t> slots = entry.in();
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!entry.reads(i)) in[i] = Tensor();
    else in[i] = is_constant(slots[i]) ? entry.kept_in()[i] : look_up(slots[i]);
  }
  for (std::uint32_t k = 0; k < entry.outputs; ++k) out[k] = entry.op->keep.output ? look_up(entry.first_out + k) : Tensor();
  if (missing.empty()) return;
  const Values found = computed_again(std::move(missing), entry.first_out);
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in[i].absent() && entry.reads(i)) in[i] = found.at(slots[i]);
  for (std::uint32_t k = 0; k < entry.outputs; ++k)
    if (out[k].absent() && entry.op->keep.output) out[k] = found.at(entry.first_out + k);
}

const Tensor* Budget::find(std::uint32_t slot) const {
  const Values& all = origins_[slot].entry == nullptr ? watched_ : values_;
  const auto found = all.find(slot);
  return found == all.end() ? nullptr : &found->second;
}

void Budget::put(std::uint32_t slot, const Tensor& x, std::uint32_t swept) {
  if (origins_[slot].entry == nullptr || !values_.emplace(slot, x).second) return;
  bytes_ += bytes_of(x);
  make_room(swept);
}

Budget::Values::iterator Budget::drop(Values::iterator value) {
  bytes_ -= bytes_of(value->second);
  return values_.erase(value);
}

void Budget::make_room(std::uint32_t swept) {
  for (auto served = values_.lower_bound(swept); served != values_.end() && bytes_ > limit_;) served = drop(served);
  const double now = swept == kNotSwept ? origins_.back().work : origins_[swept].work;
  while (bytes_ > limit_ && thin_out(now)) {}
}

bool Budget::thin_out(double now) {
  struct Candidate {
    double price;
    std::size_t place;
    Values::iterator value;
  };
  std::vector<Candidate> candidates;
  double before = 0;
  for (auto value = values_.begin(); value != values_.end(); ++value) {
    const auto next = std::next(value);
    const double here = origins_[value->first].work;
    const double after = next == values_.end() ? now : origins_[next->first].work;
    const double far = now - here;
    if (far > 0) candidates.push_back({(after - before) / (far * static_cast<double>(bytes_of(value->second))), candidates.size(), value});
    before = here;
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.price < b.price; });

  // Where there are many, some more than must go, so that not every call counts them all. Of neighbours one, since the price of the other
  // has risen.
  constexpr std::size_t kMany = 64;
  const Index target = candidates.size() < kMany ? limit_ : limit_ - limit_ / 8;
  std::vector<bool> gone(candidates.size() + 2);
  bool any = false;
  for (const Candidate& candidate : candidates) {
    if (bytes_ <= target) break;
    if (gone[candidate.place] || gone[candidate.place + 2]) continue;
    drop(candidate.value);
    gone[candidate.place + 1] = any = true;
  }
  return any;
}

Budget::Values Budget::computed_again(std::vector<std::uint32_t> slots, std::uint32_t swept) {
  // Which calls it takes, and how often each value is read by them.
  std::map<std::uint32_t, const Entry*> calls;  // by first result, so in the order of the tape
  std::map<std::uint32_t, Index> uses;
  Values at_hand;
  for (const std::uint32_t slot : slots) ++uses[slot];
  while (!slots.empty()) {
    const std::uint32_t slot = slots.back();
    slots.pop_back();
    if (const Tensor* value = find(slot)) {
      at_hand.emplace(slot, *value);
      continue;
    }
    const Entry& entry = *origins_[slot].entry;
    if (!calls.emplace(entry.first_out, &entry).second) continue;
    for (const std::uint32_t in : entry.in()) {
      if (is_constant(in)) continue;
      ++uses[in];
      slots.push_back(in);
    }
  }
  std::vector<Tensor> in, out;
  for (const auto& [first_out, entry] : calls) {
    in.clear();
    const std::span<const std::uint32_t> from = entry->in();
    for (std::size_t i = 0; i < from.size(); ++i) in.push_back(is_constant(from[i]) ? entry->kept_in()[i] : at_hand.at(from[i]));
    for (const std::uint32_t slot : from)
      if (!is_constant(slot) && --uses[slot] == 0) at_hand.erase(slot);
    out.assign(entry->outputs, Tensor());
    execute(*entry->op, entry->params(), in, out, entry->where);
    ++calls_again_;
    for (std::uint32_t k = 0; k < entry->outputs; ++k) {
      const std::uint32_t slot = first_out + k;
      if (uses.contains(slot)) at_hand.insert_or_assign(slot, out[k]);
      if (origins_[slot].read) put(slot, out[k], swept);
    }
  }
  return at_hand;
}

}  // namespace descent::inline v1
