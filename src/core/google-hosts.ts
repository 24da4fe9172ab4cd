/** Where Google's services are; the one place that knows. With an emulator none of them is used. */
export const GOOGLE = {
  /** The pages of a sign-in, which a browser opens. */
  accounts: 'https://accounts.google.com',
  /** Access tokens. */
  tokens: 'https://oauth2.googleapis.com',
  /** Whose login it is, and Drive. */
  apis: 'https://www.googleapis.com',
  /** Colab's machines. */
  colab: 'https://colab.research.google.com',
  /** Google's private API of Colab. */
  colabPrivate: 'https://colab.pa.googleapis.com',
  /** The public API of Colab, in beta. */
  colabPublic: 'https://colaboratory.googleapis.com',
} as const;
