/**
 * Whether layers behave as in training (dropout drops, batch normalization uses the batch) or as in prediction.
 * Outside any scope: prediction, and nothing is recorded, as in Gluon.
 */
let training = false;
let recording = false;

/** Whether layers behave as in training right now. */
export function isTraining(): boolean {
  return training;
}

/** Whether a forward pass runs inside `record`, so that gradients will be wanted. */
export function isRecording(): boolean {
  return recording;
}

/**
 * Runs `body` as in training, whatever the mode around it, and restores that mode.
 * @see MXNet 1.4.1, `autograd.train_mode`.
 */
export function trainMode<T>(body: () => T): T {
  return withModes(true, recording, body);
}

/**
 * Runs `body` as in prediction, whatever the mode around it, and restores that mode.
 * @see MXNet 1.4.1, `autograd.predict_mode`.
 */
export function predictMode<T>(body: () => T): T {
  return withModes(false, recording, body);
}

/** Runs `body` under both switches and restores them, also when it throws. */
export function withModes<T>(trainingInside: boolean, recordingInside: boolean, body: () => T): T {
  const before = { training, recording };
  training = trainingInside;
  recording = recordingInside;
  try {
    return body();
  } finally {
    ({ training, recording } = before);
  }
}
