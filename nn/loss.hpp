#pragma once

// What a prediction costs. Each is made of ops, so it has every derivative, in the targets too.
//
// shape   the two broadcast to the shape of one of them: [n, 1] against [n] is an error here, not [n, n]
// dtype   promoted, floating
// throws  ShapeError: the shapes do not fit, or a mean is asked of no element (an empty batch)

#include <descent/nn/loss/classification.hpp>
#include <descent/nn/loss/ctc.hpp>
#include <descent/nn/loss/margin.hpp>
#include <descent/nn/loss/reduction.hpp>
#include <descent/nn/loss/regression.hpp>
#include <descent/nn/loss/similarity.hpp>
