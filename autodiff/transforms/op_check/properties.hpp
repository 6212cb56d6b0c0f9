#pragma once

#include <descent/autodiff/transforms/op_check/findings.hpp>
#include <descent/autodiff/transforms/op_check/trial.hpp>

// The properties, each a function that states it on one trial. Floating inputs of a trial share one dtype.

namespace descent::inline v1::op_check {

// ---------------------------------------------------------------- batches.cpp

/// Under vmap the results, gradients and tangents are those of a loop over the examples, whichever inputs are batched.
void as_a_batch(Findings& findings, const Trial& trial);

// ---------------------------------------------------------------- values.cpp

/// Results have the shapes and dtypes that `infer` declares, and abstract inputs give abstract results, gradients and tangents.
void as_declared(Findings& findings, const Trial& trial);
/// Results in the memory of inputs that are temporaries have the bits of others; inputs with a name stay as they were.
void reuses_memory(Findings& findings, const Trial& trial);
/// A second call has the bits of the first, its derivatives too.
void repeats(Findings& findings, const Trial& trial);
/// f32 results and gradients are those of f64 to some units in f32's last place. requires: an f64 trial
void close_in_f32(Findings& findings, const Trial& trial);
/// f32 beside f64 gives the declared dtype, and gradients in the dtypes of their primals. requires: an f64 trial
void mixed_dtypes(Findings& findings, const Trial& trial);
/// Inputs of an integer dtype are taken, as declared, or refused with DtypeError.
void integer_inputs(Findings& findings, const Trial& trial);
/// An element-wise result depends on its own elements only: not on their position nor on how inputs are broadcast.
void element_by_element(Findings& findings, const Trial& trial);
/// An input of this shape is taken, with gradients of its shape, or refused by a typed error that `infer` throws too.
void taken_or_refused(Findings& findings, const Trial& trial);
/// Results, gradients and tangents have the same bits at each thread count.
void same_at_threads(Findings& findings, const Trial& trial, std::span<const int> threads);

// ---------------------------------------------------------------- derivatives.cpp

/// jvp against differences, one input at a time; <ct, J t> = <J^T ct, t>; gradients of the primals' kind, the same bits whichever
/// inputs are asked for.
void first_order(Findings& findings, const Trial& trial);
/// The vjp's own jvp and vjp: against differences, against each other, and against the jvp's vjp. requires: an f64 trial
void second_order(Findings& findings, const Trial& trial);
/// A cotangent or tangent of 0 gives 0, at kinks and poles too; the second derivative there is the jvp in the cotangent and 0 in
/// the inputs.
void zero_absorbs(Findings& findings, const Trial& trial);

// ---------------------------------------------------------------- parameters.cpp

/// Parameters survive copying and being listed and set by name; a name that is none is refused.
void parameters_round_trip(Findings& findings, const Trial& trial);

}  // namespace descent::inline v1::op_check
