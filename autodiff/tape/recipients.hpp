#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <descent/autodiff/tape/record.hpp>

// Which open records a tensor, or a call, concerns.

namespace descent::inline v1 {

/// The most records that a call may go to.
inline constexpr std::size_t most_recipients = 32;

/// The records a call on `in` goes to: oldest first, forward ones last, since their tangents are computed at once and
/// must be seen by the others. Those older than the newest batch record see what that makes of the call instead.
class Recipients {
 public:
  /// throws TapeError: a tensor is another thread's or a sealed tape's; more than most_recipients know it
  Recipients(const Op& op, std::span<const Tensor> in);

  std::span<Record* const> recording() const { return {records_.data(), static_cast<std::size_t>(count_)}; }
  Record* batch() const { return batch_; }  ///< that lowers the call; null: none

 private:
  void add(Record& record);

  std::array<Record*, most_recipients> records_;  // the first count_
  std::ptrdiff_t count_ = 0;
  Record* batch_ = nullptr;
};

/// The same values, unknown to every tape but to batch records.
Tensor unrecorded(const Tensor& x);
/// The batch that x is an example of, in the vmap of this thread that made it; absent where it is no example.
Tensor open_batch_of(const Tensor& x);
/// Whether an open tape of this thread takes derivatives by x, or of it.
bool differentiated(const Tensor& x);
/// Whether an open tape of this thread would record a call on x. throws TapeError: x is known to another thread's open tape
bool recorded(const Tensor& x);

}  // namespace descent::inline v1
