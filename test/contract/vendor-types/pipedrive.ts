import type {
  AddLeadRequest,
  AddNoteRequest,
  LeadsApiGetLeadsRequest,
  NoteRequest,
  NotesApiGetNotesRequest,
} from 'pipedrive/v1';
import type {
  ActivitiesApiGetActivitiesRequest,
  AddActivityRequest,
  AddPersonRequest,
  PersonFieldsApiGetPersonFieldsRequest,
  PersonsApiGetPersonsRequest,
  PersonsApiSearchPersonsRequest,
  UpdatePersonRequest,
} from 'pipedrive/v2';

/** Bodies, and queries as texts, as Pipedrive's own library declares them. */
export type Sent = {
  'GET /api/v2/activities': Query<ActivitiesApiGetActivitiesRequest>;
  'GET /api/v2/personFields': Query<PersonFieldsApiGetPersonFieldsRequest>;
  'GET /api/v2/persons': Query<PersonsApiGetPersonsRequest>;
  'GET /api/v2/persons/search': Query<PersonsApiSearchPersonsRequest>;
  'GET /v1/leads': Query<LeadsApiGetLeadsRequest>;
  'GET /v1/notes': Query<NotesApiGetNotesRequest>;
  'PATCH /api/v2/persons/{id}': UpdatePersonRequest;
  'POST /api/v2/activities': AddActivityRequest;
  'POST /api/v2/persons': AddPersonRequest;
  'POST /v1/leads': AddLeadRequest;
  'POST /v1/notes': Named<AddNoteRequest>;
  'PUT /v1/notes/{id}': NoteRequest;
};

type Query<Parameters> = { [Name in keyof Parameters]: `${Extract<Parameters[Name], string | number | boolean>}` };

/** Without the index signature, which would take any key. */
type Named<Body> = { [Name in keyof Body as string extends Name ? never : Name]: Body[Name] };
