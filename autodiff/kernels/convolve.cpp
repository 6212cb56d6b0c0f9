#include <descent/autodiff/kernels/convolve.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/indirect_product.hpp>
#include <descent/autodiff/kernels/padded_planes.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

// Products (indirect_product.hpp) whose right side is a padded copy of an example (padded_planes.hpp), in which a row of windows is a row
// of memory for every tap. It takes the place of the matrix of all windows, which is as many times larger as a window has taps.
//
//   convolve         a is w. Positions of an axis are dealt out by their phase, so that the windows of a tap lie close. The windows of a
//                    plane are computed in one go, with what lies between its rows in memory, which is dropped.
//   input adjoint    positions of x of one phase see y through some of the taps: a convolution of stride 1 for each phase.
namespace descent::inline v1::kernels {
namespace {

// ---- Windows on padded copies

/// c[i, t] = sum of a[i, p] b[offsets[p] + place of t] for all t < count, in `width` wide planes, stored apart.
template <class T> struct Lattice {
  Index rows;
  Indirect<T> work;
  Sizes count, width;
  T* out;  ///< of row 0 at t = 0
  Index row_stride;
  Sizes stride;
};

/// How the windows are cut into runs of memory: a run goes over the axes from `axis` on.
struct Runs {
  int axis = 0;
  Index count = 1;    ///< of runs
  Index columns = 1;  ///< of one

  Index lanes(Index width) const { return count * ceil_div(columns, width); }
};

Runs runs_from(int axis, const Sizes& count, const Sizes& width) {
  Runs runs{axis, 1, 0};
  for (int i = 0; i < 3; ++i) {
    const auto a = static_cast<std::size_t>(i);
    if (i < axis) runs.count *= count[a];
    else runs.columns = runs.columns * width[a] + count[a] - 1;
  }
  ++runs.columns;
  return runs;
}

/// The cut that takes the fewest Lanes.
Runs best_runs(const Sizes& count, const Sizes& width, Index lane) {
  Runs best = runs_from(0, count, width);
  for (int axis = 1; axis < 3; ++axis)
    if (const Runs runs = runs_from(axis, count, width); runs.lanes(lane) < best.lanes(lane)) best = runs;
  return best;
}

/// Columns [first, last) of a run of planes from c to their places.
template <class T> void store(const Lattice<T>& job, Index rows, Index first, Index last, const T* c, T* out) {
  for (Index column = first; column < last;) {
    const Index t2 = column % job.width[2], t1 = column / job.width[2] % job.width[1], t0 = column / (job.width[1] * job.width[2]);
    const Index run = std::min(job.width[2] - t2, last - column);
    const Index valid = t1 < job.count[1] ? std::min(run, job.count[2] - t2) : 0;
    const T* from = c + (column - first);
    T* to = out + t0 * job.stride[0] + t1 * job.stride[1] + t2 * job.stride[2];
    for (Index row = 0; row < rows; ++row, from += strip_of<T>, to += job.row_stride)
      for (Index i = 0; i < valid; ++i) to[i * job.stride[2]] = from[i];
    column += run;
  }
}

template <class T> void run_lattice(const Lattice<T>& job) {
  if (product(job.count) == 0 || job.rows == 0) return;
  const Runs runs = best_runs(job.count, job.width, width_of<T>);
  const Index strips = ceil_div(runs.columns, strip_of<T>), blocks = ceil_div(job.rows, block_rows);
  const Index flops = 2 * std::min(runs.columns, strip_of<T>) * std::min(job.rows, block_rows) * (job.work.depth + 1);
  parallel_for(0, runs.count * strips * blocks, grain_of(flops), [&](Index lo, Index hi) {
    T* c = thread_buffer<T, struct Block>(block_rows * strip_of<T>);
    for (Index task = lo; task < hi; ++task) {
      const Index row = task % blocks * block_rows, rows = std::min(block_rows, job.rows - row);
      const Index first = task / blocks % strips * strip_of<T>, last = std::min(first + strip_of<T>, runs.columns);
      const Index run = task / (blocks * strips);
      const Index q1 = runs.axis == 2 ? run % job.count[1] : 0, q0 = runs.axis == 2 ? run / job.count[1] : runs.axis == 1 ? run : 0;
      Indirect<T> work = job.work;
      work.a += row * work.lda;
      work.b += (q0 * job.width[1] + q1) * job.width[2] + first;
      run_block(rows, last - first, work, c, false);
      store(job, rows, first, last, c, job.out + row * job.row_stride + q0 * job.stride[0] + q1 * job.stride[1]);
    }
  });
}

// ---- convolve

/// The axis of x with one element a window for each tap: phases that no tap reads are left out.
PaddedAxis padded_input(const Windows& w) {
  PaddedAxis axis{w.in, w.before, w.stride, w.out, {}};
  for (Index j = 0; j < w.taps; ++j) {
    axis.width = std::max(axis.width, w.out + j * w.dilation / w.stride);
    const Index phase = j * w.dilation % w.stride;
    if (std::find(axis.phases.begin(), axis.phases.end(), phase) == axis.phases.end()) axis.phases.push_back(phase);
  }
  return axis;
}

/// Where the first window of each channel and tap lies in a padded example.
std::vector<Index> input_offsets(const Convolution& form, const Padded& axes) {
  std::vector<Index> offsets;
  const Index plane = plane_size(axes);
  for (Index c = 0; c < form.in_channels; ++c)
    for_each_of(sizes_of(form.axes, &Windows::taps), [&](const Sizes& tap) {
      Index phase = 0, element = 0;
      for (std::size_t a = 0; a < 3; ++a) {
        const Index reach = tap[a] * form.axes[a].dilation;
        const auto& phases = axes[a].phases;
        const auto at = std::find(phases.begin(), phases.end(), reach % form.axes[a].stride) - phases.begin();
        phase = phase * static_cast<Index>(phases.size()) + at;
        element = element * axes[a].width + reach / form.axes[a].stride;
      }
      offsets.push_back(c * plane + phase * product(widths(axes)) + element);
    });
  return offsets;
}

// ---- The input adjoint

/// The positions of x of one phase of one axis, and the taps through which they see y.
struct Phase {
  Index first = 0;  ///< position in x
  Index count = 0;  ///< of positions
  Index start = 0;  ///< window q of the first position and a tap that reaches 0 strides
  std::vector<Index> taps{};
};

std::vector<Phase> phases_of(const Windows& w) {
  std::vector<Phase> phases;
  for (Index i = 0; i < std::min(w.stride, w.in); ++i) {
    Phase phase{i, ceil_div(w.in - i, w.stride), floor_div(i + w.before, w.stride)};
    const Index r = i + w.before - phase.start * w.stride;
    for (Index j = 0; j < w.taps; ++j)
      if (j * w.dilation % w.stride == r) phase.taps.push_back(j);
    phases.push_back(std::move(phase));
  }
  return phases;
}

/// The axis of y with all windows that some phase asks for, and as long as any phase, also one that asks for none.
PaddedAxis padded_output(const Windows& w, const std::vector<Phase>& phases) {
  Index first = 0, last = w.out;
  for (const Phase& phase : phases)
    for (const Index j : phase.taps) {
      const Index q = phase.start - j * w.dilation / w.stride;
      first = std::min(first, q);
      last = std::max(last, q + phase.count);
    }
  for (const Phase& phase : phases) last = std::max(last, first + phase.count);
  return {w.out, -first, 1, last - first};
}

/// What a phase of all three axes needs, the same for all examples and groups.
template <class T> struct PhaseWork {
  std::array<const Phase*, 3> axes;
  std::vector<Index> offsets{};  ///< for each output channel and tap
  std::vector<T> weights{};      ///< [all input channels, output channels and taps]
};

template <class T> PhaseWork<T> phase_work(const Convolution& form, const Padded& y, const std::array<const Phase*, 3>& axes, const T* w) {
  PhaseWork<T> work{axes};
  const Index taps = product(sizes_of(form.axes, &Windows::taps));
  std::vector<Index> from;
  for (Index o = 0; o < form.out_channels; ++o)
    for (const Index j0 : axes[0]->taps)
      for (const Index j1 : axes[1]->taps)
        for (const Index j2 : axes[2]->taps) {
          const Sizes tap{j0, j1, j2};
          Index element = 0, weight = 0;
          for (std::size_t a = 0; a < 3; ++a) {
            const Index q = axes[a]->start - tap[a] * form.axes[a].dilation / form.axes[a].stride;
            element = element * y[a].width + q + y[a].before;
            weight = weight * form.axes[a].taps + tap[a];
          }
          work.offsets.push_back(o * plane_size(y) + element);
          from.push_back(o * form.in_channels * taps + weight);
        }
  work.weights.reserve(from.size() * static_cast<std::size_t>(form.groups * form.in_channels));
  for (Index g = 0; g < form.groups; ++g)
    for (Index c = 0; c < form.in_channels; ++c)
      for (const Index at : from) work.weights.push_back(w[(g * form.out_channels * form.in_channels + c) * taps + at]);
  return work;
}

}  // namespace

template <class T> void convolve(const Convolution& form, const T* x, const T* w, T* y) {
  const Padded axes{padded_input(form.axes[0]), padded_input(form.axes[1]), padded_input(form.axes[2])};
  const std::vector<Index> offsets = input_offsets(form, axes);
  const Sizes out = sizes_of(form.axes, &Windows::out);
  const Index depth = static_cast<Index>(offsets.size()), plane = plane_size(axes);
  const Index windows = product(out), positions = product(sizes_of(form.axes, &Windows::in));
  parallel_for(0, form.batch, grain_of(2 * form.groups * form.out_channels * windows * depth), [&](Index lo, Index hi) {
    for (Index n = lo; n < hi; ++n) {
      const Index channels = form.groups * form.in_channels;
      const T* from = padded(x + n * channels * positions, channels, axes);
      parallel_for(0, form.groups, grain_of(2 * form.out_channels * windows * depth), [&](Index first, Index last) {
        for (Index g = first; g < last; ++g)
          run_lattice<T>({form.out_channels,
                          {depth, w + g * form.out_channels * depth, depth, from + g * form.in_channels * plane, offsets.data()},
                          out,
                          widths(axes),
                          y + (n * form.groups + g) * form.out_channels * windows,
                          windows,
                          {out[1] * out[2], out[2], 1}});
      });
    }
  });
}

template <class T> void convolve_input_adjoint(const Convolution& form, const T* y, const T* w, T* x) {
  const std::array phases{phases_of(form.axes[0]), phases_of(form.axes[1]), phases_of(form.axes[2])};
  const Padded axes{padded_output(form.axes[0], phases[0]), padded_output(form.axes[1], phases[1]), padded_output(form.axes[2], phases[2])};
  std::vector<PhaseWork<T>> works;
  for (const Phase& p0 : phases[0])
    for (const Phase& p1 : phases[1])
      for (const Phase& p2 : phases[2]) works.push_back(phase_work<T>(form, axes, {&p0, &p1, &p2}, w));
  const Sizes in = sizes_of(form.axes, &Windows::in);
  const Index plane = plane_size(axes), windows = product(sizes_of(form.axes, &Windows::out));
  const Sizes step{in[1] * in[2] * form.axes[0].stride, in[2] * form.axes[1].stride, form.axes[2].stride};
  const Index flops = 2 * form.in_channels * form.out_channels * windows * product(sizes_of(form.axes, &Windows::taps));
  parallel_for(0, form.batch, grain_of(form.groups * flops), [&](Index lo, Index hi) {
    for (Index n = lo; n < hi; ++n) {
      const Index channels = form.groups * form.out_channels;
      const T* from = padded(y + n * channels * windows, channels, axes);
      parallel_for(0, form.groups, grain_of(flops), [&](Index first, Index last) {
        for (Index g = first; g < last; ++g)
          for (const PhaseWork<T>& work : works) {
            const auto depth = static_cast<Index>(work.offsets.size());
            const Phase &p0 = *work.axes[0], &p1 = *work.axes[1], &p2 = *work.axes[2];
            T* to = x + (n * form.groups + g) * form.in_channels * product(in) + (p0.first * in[1] + p1.first) * in[2] + p2.first;
            run_lattice<T>({form.in_channels,
                            {depth, work.weights.data() + g * form.in_channels * depth, depth, from + g * form.out_channels * plane,
                             work.offsets.data()},
                            {p0.count, p1.count, p2.count},
                            widths(axes),
                            to,
                            product(in),
                            step});
          }
      });
    }
  });
}

template void convolve(const Convolution&, const float*, const float*, float*);
template void convolve(const Convolution&, const double*, const double*, double*);
template void convolve_input_adjoint(const Convolution&, const float*, const float*, float*);
template void convolve_input_adjoint(const Convolution&, const double*, const double*, double*);

}  // namespace descent::inline v1::kernels
