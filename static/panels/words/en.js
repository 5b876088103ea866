/** Words of the comparison and of the address to share. */

export const words = {
  "compare.label": "Compare runs",
  "compare.same": "All settings are the same.",
  "compare.status": "Status",
  "compare.epoch": "Epochs done",
  "compare.train": "Training accuracy",
  "compare.last": "Test accuracy",
  "compare.best": "Best test accuracy (epoch)",
  "compare.loss": "Test loss",
  "compare.parameters": "Weights and biases",
  "share.label": "Link to this view",
  "share.address": "Address",
  "share.copy": "Copy link",
  "share.hint": "It holds the settings, the run in front, the runs drawn with it, and how the curves are drawn.",
  "share.local": "This address works on this computer only. For other devices, open the address that the server printed when it started, and share from there. If it printed no other than this one, it listens to this computer alone: start it with CHALKNET_HOST=0.0.0.0 make run, on Windows with chalknet serve --host 0.0.0.0.",
  "share.qr": "QR code of the address",
  "share.long": "The address is too long for a QR code.",
};
